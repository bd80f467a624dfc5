/* events.h - events.jsonl: what a run did, a line of JSON an event, for people and programs that watch it.
 *
 * Nothing is ever read back from it.
 */
#ifndef SOLOW_IO_LEDGER_EVENTS_H
#define SOLOW_IO_LEDGER_EVENTS_H

#include "io/report/buffer.h"

#include <stdint.h>

enum { SOLOW_TIME_TEXT = 32 };

typedef struct solow_events {
    int descriptor; /* -1: closed */
    int64_t number; /* of the next event of this attempt */
    double opened;  /* on the monotonic clock */
    int64_t second; /* whose text `when` is */
    char when[SOLOW_TIME_TEXT];
    solow_buffer pending;
} solow_events;

typedef struct solow_event_field { /* text NULL: the number counts */
    const char *name, *text;
    double number;
} solow_event_field;

/* Appends to folder/events.jsonl. Errors  SOLOW_ERR_CREATE */
solow_status solow_events_open(const char *folder, solow_events *events, solow_error *err);
/* {"event": name, "number": 1, "time": "2026-01-31T12:00:00Z", "elapsed": 1.25, fields...}, collected; elapsed: seconds since the
 * file was opened.
 * fields end with a NULL name. Errors  SOLOW_ERR_MEMORY */
solow_status solow_events_add(solow_events *events, const char *name, const solow_event_field *fields,
                              solow_error *err);
/* All collected lines by one write(). Errors  SOLOW_ERR_IO */
solow_status solow_events_write(solow_events *events, solow_error *err);
void solow_events_close(solow_events *events);

/* ISO 8601, UTC, to the second. */
void solow_time_text(char text[SOLOW_TIME_TEXT]);

#endif
