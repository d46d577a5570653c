// pcre2.h asks for the width of a text's units; 8 is UTF-8.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
