import Glibc

/// Prints a line at once, also into a pipe: a long run is watched.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

#if OFFBOOK_PLANT
import ArgumentParser
import Changesets

extension PlantedFault: ExpressibleByArgument {}
#endif
