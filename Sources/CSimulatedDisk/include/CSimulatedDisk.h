#pragma once

#include <stdint.h>

/// A disk that keeps what was synced, and may lose or scramble the rest; whose machine can die at any
/// write, which can fill up, and which can be read-only. Below it is a directory of a real one.
///
/// It is a VFS that stands before SQLite's own, so that the product's code runs on it unchanged. The
/// files of other directories pass by untouched.
typedef struct simulated_disk simulated_disk;

/// What SQLite opens below `directory` from now on is on this disk. NULL if SQLite would not have it.
simulated_disk *simulated_disk_attach(const char *directory);

/// Every file must be closed.
void simulated_disk_detach(simulated_disk *disk);

/// The machine dies at the write with this number from now, leaving half of it, or just after the sync
/// with this number; 0 for neither. From then on nothing can be written.
void simulated_disk_arm(simulated_disk *disk, int64_t writes, int64_t syncs);

/// Whether the machine died.
int simulated_disk_is_dead(simulated_disk *disk);

/// Takes off what was armed. A machine that died is up again.
void simulated_disk_disarm(simulated_disk *disk);

/// How many bytes files may still grow by; -1 for no bound.
void simulated_disk_set_space(simulated_disk *disk, int64_t bytes);

/// How often a write found no space.
int64_t simulated_disk_refusals(simulated_disk *disk);

/// Files that are opened from now on can be read only.
void simulated_disk_set_read_only(simulated_disk *disk, int is_read_only);

/// What was written and not synced is lost from a random write on; or, where `scramble`, overwritten
/// with noise. Every file must be closed.
///
/// Returns how many bytes that came to.
int64_t simulated_disk_lose_power(simulated_disk *disk, uint64_t seed, int scramble);

/// How many bytes were written and not synced yet.
int64_t simulated_disk_unsynced(simulated_disk *disk);
