#ifndef OFFBOOK_CXML2_H
#define OFFBOOK_CXML2_H

#include <stddef.h>

// libxml2's HTML parser, loaded when the first page is read.
//
// Linked as other libraries are, libxml2 and the ICU that it brings cost every command 0.5 to 0.9 ms of a start of
// 10.7 ms (measured), and nearly none of them reads a page. So it is opened by dlopen. Its headers are not needed
// either: of its structures there is only the table of callbacks here, the same since libxml2 2.6 (2003).

typedef struct offbook_html_library offbook_html_library;

// Opens the first of the names, which end in NULL. NULL where there is none that has what is needed. Never closed.
const offbook_html_library *offbook_html_load(const char *const *names);

// What is told while a page is read. All text is UTF-8. Attributes are pairs of name and value, a value may be NULL,
// and NULL ends them; the whole may be NULL.
typedef struct {
    void (*start)(void *state, const char *name, const char *const *attributes);
    void (*end)(void *state, const char *name);
    void (*text)(void *state, const char *bytes, size_t count);
} offbook_html_events;

enum {
    OFFBOOK_HTML_WHOLE = 0,
    // A limit was met: what was told until then holds.
    OFFBOOK_HTML_CUT = 1,
    OFFBOOK_HTML_FAILED = 2,
};

enum {
    // Elements within each other. Browsers go to 512, too.
    OFFBOOK_HTML_DEPTH_MAX = 512,
    // In bytes: of one tag, comment, or text without a tag.
    OFFBOOK_HTML_SILENCE_MAX = 1 << 16,
    // In milliseconds of this thread's own time.
    OFFBOOK_HTML_WORK_MAX = 2000,
};

// Reads a page of UTF-8.
int offbook_html_parse(
    const offbook_html_library *library, const char *bytes, size_t count, const offbook_html_events *events,
    void *state);

#endif
