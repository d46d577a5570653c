#include "CXML2.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

typedef struct parser parser;

// libxml2's xmlSAXHandler. What is not used here is never set.
typedef struct {
    void (*unused_before[14])(void);
    void (*start_element)(void *state, const unsigned char *name, const unsigned char **attributes);
    void (*end_element)(void *state, const unsigned char *name);
    void (*reference)(void);
    void (*characters)(void *state, const unsigned char *bytes, int count);
    void (*ignorable_whitespace)(void *state, const unsigned char *bytes, int count);
    void (*processing_instruction)(void);
    void (*comment)(void *state, const unsigned char *text);
    void (*unused_between[4])(void);
    void (*cdata_block)(void *state, const unsigned char *bytes, int count);
    void (*external_subset)(void);
    unsigned int initialized;
    void *unused_after[4];
} sax_handler;

_Static_assert(sizeof(sax_handler) == 32 * sizeof(void *), "libxml2 copies as many bytes");

struct offbook_html_library {
    void (*init)(void);
    parser *(*create)(sax_handler *, void *, const char *, int, const char *, int);
    int (*use_options)(parser *, int);
    int (*parse)(parser *, const char *, int, int);
    void (*free)(parser *);
};

enum {
    ENCODING_UTF8 = 1,
    // RECOVER, NODEFDTD, NOERROR, NOWARNING, NONET, IGNORE_ENC: what the page says of its encoding is no longer so.
    OPTIONS = 1 << 0 | 1 << 2 | 1 << 5 | 1 << 6 | 1 << 11 | 1 << 21,
    PIECE = 4096,
};

const offbook_html_library *offbook_html_load(const char *const *names) {
    void *handle = NULL;
    for (; *names && !handle; names++) handle = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    if (!handle) return NULL;
    offbook_html_library *library = calloc(1, sizeof *library);
    if (!library) return NULL;
    library->init = (void (*)(void))dlsym(handle, "xmlInitParser");
    library->create = (parser * (*)(sax_handler *, void *, const char *, int, const char *, int))
        dlsym(handle, "htmlCreatePushParserCtxt");
    library->use_options = (int (*)(parser *, int))dlsym(handle, "htmlCtxtUseOptions");
    library->parse = (int (*)(parser *, const char *, int, int))dlsym(handle, "htmlParseChunk");
    library->free = (void (*)(parser *))dlsym(handle, "htmlFreeParserCtxt");
    bool is_whole = library->init && library->create && library->use_options && library->parse && library->free;
    if (is_whole) return library->init(), library;
    free(library);
    return NULL;
}

typedef struct {
    const offbook_html_events *events;
    void *state;
    int depth;
    bool is_cut;
    // In a script or a style sheet, which may be long without a word.
    bool is_raw;
    // In bytes: fed since something was told.
    size_t silence;
} reading;

static bool is_raw_name(const char *name) { return !strcasecmp(name, "script") || !strcasecmp(name, "style"); }

static void on_start(void *state, const unsigned char *name, const unsigned char **attributes) {
    reading *this = state;
    this->silence = 0;
    if (++this->depth > OFFBOOK_HTML_DEPTH_MAX) this->is_cut = true;
    if (this->is_cut) return;
    this->is_raw = is_raw_name((const char *)name);
    this->events->start(this->state, (const char *)name, (const char *const *)attributes);
}

static void on_end(void *state, const unsigned char *name) {
    reading *this = state;
    this->silence = 0;
    if (this->depth > 0) this->depth--;
    if (this->is_cut) return;
    this->is_raw = false;
    this->events->end(this->state, (const char *)name);
}

static void on_text(void *state, const unsigned char *bytes, int count) {
    reading *this = state;
    this->silence = 0;
    if (!this->is_cut && count > 0) this->events->text(this->state, (const char *)bytes, (size_t)count);
}

static void on_comment(void *state, const unsigned char *text) { ((reading *)state)->silence = 0; }

static int64_t work(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)) return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Piece by piece, so that a limit is seen in time. Three of libxml2's ways to take long are quadratic: an end tag that
// closes nothing is looked for among all open elements (hence the limit of depth), an attribute among all others of
// its tag (hence the one of silence), and whatever else there is meets the one of work. Text is told as a whole, when the
// next tag has come: so much of it without a tag ends the page, too.
static void feed(const offbook_html_library *library, parser *parser, const char *bytes, size_t count, reading *this) {
    int64_t start = work();
    while (count && !this->is_cut) {
        size_t piece = count < PIECE ? count : PIECE;
        library->parse(parser, bytes, (int)piece, 0);
        bytes += piece;
        count -= piece;
        this->silence += piece;
        if (work() - start > OFFBOOK_HTML_WORK_MAX) this->is_cut = true;
        if (this->silence > OFFBOOK_HTML_SILENCE_MAX && !this->is_raw) break;
    }
    if (this->is_cut) return;
    // What is held back may be text, of which there is enough.
    library->parse(parser, NULL, 0, 1);
    if (count) this->is_cut = true;
}

int offbook_html_parse(
    const offbook_html_library *library, const char *bytes, size_t count, const offbook_html_events *events,
    void *state) {
    reading this = {.events = events, .state = state};
    sax_handler handler = {
        .start_element = on_start,
        .end_element = on_end,
        .characters = on_text,
        .ignorable_whitespace = on_text,
        .cdata_block = on_text,
        .comment = on_comment,
    };
    parser *parser = library->create(&handler, &this, NULL, 0, NULL, ENCODING_UTF8);
    if (!parser) return OFFBOOK_HTML_FAILED;
    library->use_options(parser, OPTIONS);
    feed(library, parser, bytes, count, &this);
    library->free(parser);
    return this.is_cut ? OFFBOOK_HTML_CUT : OFFBOOK_HTML_WHOLE;
}
