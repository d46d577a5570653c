#include "CSQLiteSupport.h"

#include <stddef.h>

int offbook_enable_triggers(sqlite3 *connection, int enabled) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled, NULL);
}
