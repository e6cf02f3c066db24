#ifndef SHEAF_CLIBPQ_H
#define SHEAF_CLIBPQ_H

#include <libpq-fe.h>
#include <poll.h>

// The PG_DIAG_* field codes are character macros, which Swift does not see.
static inline const char *sheaf_result_sqlstate(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_SQLSTATE); }
static inline const char *sheaf_result_severity(const PGresult *r) {
    return PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
}
static inline const char *sheaf_result_message(const PGresult *r) {
    return PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
}
static inline const char *sheaf_result_detail(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL); }
static inline const char *sheaf_result_schema(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_SCHEMA_NAME); }
static inline const char *sheaf_result_table(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_TABLE_NAME); }
static inline const char *sheaf_result_column(const PGresult *r) { return PQresultErrorField(r, PG_DIAG_COLUMN_NAME); }
static inline const char *sheaf_result_constraint(const PGresult *r) {
    return PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
}
// The one language-independent way to tell "cached plan must not change result type" from other 0A000 errors.
static inline const char *sheaf_result_source_function(const PGresult *r) {
    return PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);
}

// struct pollfd needs a mutable C struct and short constants; a function is plainer.
// Returns > 0 when the socket is ready, 0 after `milliseconds`, < 0 on error.
static inline int sheaf_socket_wait(int socket, int forWriting, int milliseconds) {
    struct pollfd entry = {.fd = socket, .events = forWriting ? POLLOUT : POLLIN, .revents = 0};
    return poll(&entry, 1, milliseconds);
}

#endif
