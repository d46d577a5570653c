import ArgumentParser
import Subprocess
import SystemPackage
import Logging
print("offbook")
