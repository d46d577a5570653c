#include "CSQLiteSupport.h"

#include <stddef.h>

// It has to be said before anything else is asked of SQLite.
//
// - SQLite would count its memory, under one lock for the whole process, at each allocation: a twelfth of a push.
//   Nobody asks for the count.
// - What a savepoint may take back goes into a temporary file from 64 kB on, which a prompt that is made may have. It
//   can't be many times that: SQLite writes it there at once, and no more than 131,071 bytes of it; what is left over it
//   takes for a full disk (`seekAndWriteFd`).
__attribute__((constructor)) static void configure(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, 131071);
}

int offbook_enable_triggers(sqlite3 *connection, int enabled) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled, NULL);
}

enum {
    REGION_BYTES = 32768,
    HEADER_WORDS = 12,
    VERSION = 3007000,
    READS_MOST = 1000,
};

const volatile void *offbook_wal_index(sqlite3 *connection) {
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return NULL;
    if (!file || !file->pMethods || file->pMethods->iVersion < 2 || !file->pMethods->xShmMap) return NULL;
    // Of a region that is mapped already, as that of a log which was read is, this gives where it is.
    void volatile *region = NULL;
    if (file->pMethods->xShmMap(file, 0, REGION_BYTES, 0, &region) != SQLITE_OK) return NULL;
    return region;
}

// A writer changes the second copy of the header first, a reader looks at the first one first: where they are equal,
// no commit was in the middle of it.
bool offbook_wal_mark(const volatile void *index, int64_t *mark) {
    const volatile uint32_t *words = index;
    for (int reads = 0; reads < READS_MOST; reads++) {
        uint32_t header[HEADER_WORDS];
        for (int word = 0; word < HEADER_WORDS; word++) header[word] = words[word];
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        bool is_whole = true;
        for (int word = 0; word < HEADER_WORDS; word++) is_whole &= header[word] == words[HEADER_WORDS + word];
        if (!is_whole) continue;
        if (header[0] != VERSION || !(header[3] & 0xFFFF)) return false;
        // FNV-1a, 64 bits.
        uint64_t hash = 0xcbf29ce484222325;
        for (int word = 0; word < HEADER_WORDS; word++) hash = (hash ^ header[word]) * 0x100000001b3;
        *mark = (int64_t)hash;
        return true;
    }
    return false;
}
