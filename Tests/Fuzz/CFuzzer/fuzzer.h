#include <stddef.h>
#include <stdint.h>

/* Of libFuzzer, which clang's runtime brings. It does not return but for a failure of its own. */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *data, size_t size));
