#include "CSimulatedDisk.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// A write that no sync has followed yet, and what it overwrote. A truncation is one of length 0.
typedef struct {
    int64_t offset, length;
    int64_t size_before;
    unsigned char *overwritten;
    int64_t overwritten_length;
} unsynced_write;

typedef struct disk_file {
    struct disk_file *next;
    char *path;
    unsynced_write *writes;
    size_t count, capacity;
} disk_file;

struct simulated_disk {
    struct simulated_disk *next;
    char *directory;
    disk_file *files;
    int64_t writes_left, syncs_left, space, refusals;
    int is_dead, is_read_only;
};

typedef struct {
    sqlite3_file base;
    simulated_disk *disk;
    disk_file *record;
} open_file;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static simulated_disk *disks;
static sqlite3_vfs *below;
static sqlite3_vfs shim;

static sqlite3_file *real_file(sqlite3_file *file) { return (sqlite3_file *)((open_file *)file + 1); }

// MARK: - What was not synced

static void forget(disk_file *file) {
    for (size_t i = 0; i < file->count; i++) free(file->writes[i].overwritten);
    file->count = 0;
}

static void remember(open_file *file, int64_t offset, int64_t length, int64_t size, int64_t cut_from) {
    disk_file *record = file->record;
    if (record->count == record->capacity) {
        record->capacity = record->capacity ? record->capacity * 2 : 64;
        record->writes = realloc(record->writes, record->capacity * sizeof(unsynced_write));
    }
    unsynced_write *write = &record->writes[record->count++];
    *write = (unsynced_write){.offset = offset, .length = length, .size_before = size};
    int64_t from = length > 0 ? offset : cut_from;
    int64_t to = length > 0 && offset + length < size ? offset + length : size;
    if (from >= to) return;
    write->overwritten_length = to - from;
    write->overwritten = malloc((size_t)(to - from));
    sqlite3_file *real = real_file(&file->base);
    real->pMethods->xRead(real, write->overwritten, (int)(to - from), from);
    if (length == 0) write->offset = from;
}

static void undo(FILE *file, unsynced_write *write) {
    if (write->overwritten_length > 0) {
        fseek(file, (long)write->offset, SEEK_SET);
        fwrite(write->overwritten, 1, (size_t)write->overwritten_length, file);
    }
    fflush(file);
    if (ftruncate(fileno(file), write->size_before) != 0) abort();
}

static uint64_t split_mix(uint64_t *state) {
    uint64_t mixed = (*state += 0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
    return mixed ^ mixed >> 31;
}

static void scramble_write(FILE *file, unsynced_write *write, uint64_t *state) {
    fseek(file, (long)write->offset, SEEK_SET);
    for (int64_t i = 0; i < write->length; i++) fputc((int)(split_mix(state) & 255), file);
}

static int64_t lose_tail(disk_file *record, uint64_t *state, int scramble) {
    FILE *file = fopen(record->path, "r+b");
    if (!file) return 0;
    size_t kept = split_mix(state) % (record->count + 1);
    int64_t bytes = 0;
    for (size_t i = record->count; i > kept; i--) {
        unsynced_write *write = &record->writes[i - 1];
        bytes += write->length;
        if (scramble) scramble_write(file, write, state);
        else undo(file, write);
    }
    fclose(file);
    return bytes;
}

// MARK: - One file

static int shim_close(sqlite3_file *file) {
    return real_file(file)->pMethods->xClose(real_file(file));
}

static int shim_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset) {
    return real_file(file)->pMethods->xRead(real_file(file), bytes, length, offset);
}

/// The part of a write that comes through: all of it, or half where the machine dies, or nothing.
static int admitted(simulated_disk *disk, int length, int64_t growth, int *code) {
    *code = SQLITE_OK;
    if (disk->is_dead) {
        *code = SQLITE_IOERR_WRITE;
        return 0;
    }
    if (disk->space >= 0 && growth > 0) {
        if (growth > disk->space) {
            disk->refusals++;
            *code = SQLITE_FULL;
            return 0;
        }
        disk->space -= growth;
    }
    if (disk->writes_left > 0 && --disk->writes_left == 0) {
        disk->is_dead = 1;
        *code = SQLITE_IOERR_WRITE;
        return length / 2;
    }
    return length;
}

static int shim_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
    open_file *open = (open_file *)file;
    sqlite3_file *real = real_file(file);
    sqlite3_int64 size = 0;
    int code = real->pMethods->xFileSize(real, &size);
    if (code != SQLITE_OK) return code;
    pthread_mutex_lock(&lock);
    int part = admitted(open->disk, length, offset + length - size, &code);
    if (part > 0) remember(open, offset, part, size, 0);
    pthread_mutex_unlock(&lock);
    if (part == 0) return code;
    int written = real->pMethods->xWrite(real, bytes, part, offset);
    return code != SQLITE_OK ? code : written;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 length) {
    open_file *open = (open_file *)file;
    sqlite3_file *real = real_file(file);
    sqlite3_int64 size = 0;
    int code = real->pMethods->xFileSize(real, &size);
    if (code != SQLITE_OK) return code;
    pthread_mutex_lock(&lock);
    int is_dead = open->disk->is_dead;
    if (!is_dead) remember(open, length, 0, size, length);
    pthread_mutex_unlock(&lock);
    return is_dead ? SQLITE_IOERR_TRUNCATE : real->pMethods->xTruncate(real, length);
}

/// Nothing has to reach the real disk.
static int shim_sync(sqlite3_file *file, int flags) {
    (void)flags;
    open_file *open = (open_file *)file;
    simulated_disk *disk = open->disk;
    pthread_mutex_lock(&lock);
    int is_dead = disk->is_dead;
    if (!is_dead) forget(open->record);
    if (!is_dead && disk->syncs_left > 0 && --disk->syncs_left == 0) disk->is_dead = 1;
    pthread_mutex_unlock(&lock);
    return is_dead ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int shim_file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return real_file(file)->pMethods->xFileSize(real_file(file), size);
}
static int shim_lock(sqlite3_file *file, int level) {
    return real_file(file)->pMethods->xLock(real_file(file), level);
}
static int shim_unlock(sqlite3_file *file, int level) {
    return real_file(file)->pMethods->xUnlock(real_file(file), level);
}
static int shim_check_reserved_lock(sqlite3_file *file, int *result) {
    return real_file(file)->pMethods->xCheckReservedLock(real_file(file), result);
}
static int shim_file_control(sqlite3_file *file, int operation, void *argument) {
    return real_file(file)->pMethods->xFileControl(real_file(file), operation, argument);
}
static int shim_sector_size(sqlite3_file *file) {
    return real_file(file)->pMethods->xSectorSize(real_file(file));
}
static int shim_device_characteristics(sqlite3_file *file) {
    return real_file(file)->pMethods->xDeviceCharacteristics(real_file(file));
}
static int shim_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
    return real_file(file)->pMethods->xShmMap(real_file(file), page, size, extend, memory);
}
static int shim_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return real_file(file)->pMethods->xShmLock(real_file(file), offset, count, flags);
}
static void shim_shm_barrier(sqlite3_file *file) { real_file(file)->pMethods->xShmBarrier(real_file(file)); }
static int shim_shm_unmap(sqlite3_file *file, int delete_it) {
    return real_file(file)->pMethods->xShmUnmap(real_file(file), delete_it);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_file_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_check_reserved_lock,
    .xFileControl = shim_file_control,
    .xSectorSize = shim_sector_size,
    .xDeviceCharacteristics = shim_device_characteristics,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
};

// MARK: - All files

static simulated_disk *disk_of(const char *path) {
    if (!path) return NULL;
    for (simulated_disk *disk = disks; disk; disk = disk->next) {
        size_t length = strlen(disk->directory);
        if (strncmp(path, disk->directory, length) == 0 && path[length] == '/') return disk;
    }
    return NULL;
}

static disk_file *record_of(simulated_disk *disk, const char *path) {
    for (disk_file *file = disk->files; file; file = file->next)
        if (strcmp(file->path, path) == 0) return file;
    disk_file *file = calloc(1, sizeof(disk_file));
    file->path = strdup(path);
    file->next = disk->files;
    disk->files = file;
    return file;
}

static int shim_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *flags_out) {
    (void)vfs;
    pthread_mutex_lock(&lock);
    simulated_disk *disk = disk_of(path);
    disk_file *record = disk ? record_of(disk, path) : NULL;
    int is_read_only = disk && disk->is_read_only;
    pthread_mutex_unlock(&lock);
    if (!disk) return below->xOpen(below, path, file, flags, flags_out);
    if (is_read_only && flags & SQLITE_OPEN_READWRITE)
        flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    open_file *open = (open_file *)file;
    memset(open, 0, (size_t)shim.szOsFile);
    open->disk = disk;
    open->record = record;
    int code = below->xOpen(below, path, real_file(file), flags, flags_out);
    file->pMethods = real_file(file)->pMethods ? &methods : NULL;
    return code;
}

static int shim_delete(sqlite3_vfs *vfs, const char *path, int sync_directory) {
    (void)vfs;
    pthread_mutex_lock(&lock);
    simulated_disk *disk = disk_of(path);
    int is_refused = disk && (disk->is_dead || disk->is_read_only);
    if (disk && !is_refused) forget(record_of(disk, path));
    pthread_mutex_unlock(&lock);
    return is_refused ? SQLITE_IOERR_DELETE : below->xDelete(below, path, sync_directory);
}

static void install(void) {
    below = sqlite3_vfs_find(NULL);
    if (!below) return;
    shim = *below;
    shim.zName = "simulated-disk";
    shim.szOsFile = (int)sizeof(open_file) + below->szOsFile;
    shim.xOpen = shim_open;
    shim.xDelete = shim_delete;
    sqlite3_vfs_register(&shim, 1);
}

simulated_disk *simulated_disk_attach(const char *directory) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    if (!below) return NULL;
    simulated_disk *disk = calloc(1, sizeof(simulated_disk));
    disk->directory = strdup(directory);
    disk->space = -1;
    pthread_mutex_lock(&lock);
    disk->next = disks;
    disks = disk;
    pthread_mutex_unlock(&lock);
    return disk;
}

void simulated_disk_detach(simulated_disk *disk) {
    pthread_mutex_lock(&lock);
    for (simulated_disk **place = &disks; *place; place = &(*place)->next) {
        if (*place != disk) continue;
        *place = disk->next;
        break;
    }
    pthread_mutex_unlock(&lock);
    while (disk->files) {
        disk_file *file = disk->files;
        disk->files = file->next;
        forget(file);
        free(file->writes);
        free(file->path);
        free(file);
    }
    free(disk->directory);
    free(disk);
}

void simulated_disk_arm(simulated_disk *disk, int64_t writes, int64_t syncs) {
    pthread_mutex_lock(&lock);
    disk->writes_left = writes;
    disk->syncs_left = syncs;
    pthread_mutex_unlock(&lock);
}

int simulated_disk_is_dead(simulated_disk *disk) {
    pthread_mutex_lock(&lock);
    int is_dead = disk->is_dead;
    pthread_mutex_unlock(&lock);
    return is_dead;
}

void simulated_disk_disarm(simulated_disk *disk) {
    pthread_mutex_lock(&lock);
    disk->writes_left = disk->syncs_left = 0;
    disk->is_dead = 0;
    pthread_mutex_unlock(&lock);
}

void simulated_disk_set_space(simulated_disk *disk, int64_t bytes) {
    pthread_mutex_lock(&lock);
    disk->space = bytes;
    pthread_mutex_unlock(&lock);
}

int64_t simulated_disk_refusals(simulated_disk *disk) {
    pthread_mutex_lock(&lock);
    int64_t refusals = disk->refusals;
    pthread_mutex_unlock(&lock);
    return refusals;
}

void simulated_disk_set_read_only(simulated_disk *disk, int is_read_only) {
    pthread_mutex_lock(&lock);
    disk->is_read_only = is_read_only;
    pthread_mutex_unlock(&lock);
}

int64_t simulated_disk_unsynced(simulated_disk *disk) {
    int64_t bytes = 0;
    pthread_mutex_lock(&lock);
    for (disk_file *file = disk->files; file; file = file->next)
        for (size_t i = 0; i < file->count; i++) bytes += file->writes[i].length;
    pthread_mutex_unlock(&lock);
    return bytes;
}

/// By name, so that the order in which files were opened makes no difference.
static int by_path(const void *a, const void *b) {
    return strcmp((*(disk_file *const *)a)->path, (*(disk_file *const *)b)->path);
}

int64_t simulated_disk_lose_power(simulated_disk *disk, uint64_t seed, int scramble) {
    disk_file *files[64];
    size_t count = 0;
    int64_t bytes = 0;
    pthread_mutex_lock(&lock);
    for (disk_file *file = disk->files; file && count < 64; file = file->next)
        if (file->count > 0) files[count++] = file;
    qsort(files, count, sizeof(disk_file *), by_path);
    for (size_t i = 0; i < count; i++) {
        bytes += lose_tail(files[i], &seed, scramble);
        forget(files[i]);
    }
    pthread_mutex_unlock(&lock);
    return bytes;
}
