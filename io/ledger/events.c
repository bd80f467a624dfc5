/* events.c - see events.h. */
#include "io/ledger/events.h"

#include "io/ledger/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef SOLOW_JANSSON
#include <jansson.h>
#endif

void solow_time_text(char text[SOLOW_TIME_TEXT])
{
    struct tm parts;
    time_t now = time(NULL);
    if (gmtime_r(&now, &parts) == NULL || strftime(text, SOLOW_TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        text[0] = '\0';
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

solow_status solow_events_open(const char *folder, solow_events *events, solow_error *err)
{
    *events = (solow_events){.descriptor = -1, .number = 1, .opened = seconds()};
#ifdef SOLOW_JANSSON
    char path[PATH_MAX];
    solow_status status = solow_folder_path(folder, "events.jsonl", path, err);
    if (status != SOLOW_OK) {
        return status;
    }
    events->descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (events->descriptor < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot create %s: %s", path, strerror(errno));
    }
#else
    (void)folder;
    (void)err;
#endif
    return SOLOW_OK;
}

#ifdef SOLOW_JANSSON
static json_t *value_of(const solow_event_field *field)
{
    if (field->text != NULL) {
        return json_string(field->text);
    }
    if (fabs(field->number) < 1e15 && field->number == floor(field->number)) {
        return json_integer((json_int_t)field->number);
    }
    return json_real(field->number);
}

solow_status solow_events_add(solow_events *events, const char *name, const solow_event_field *fields, solow_error *err)
{
    char when[SOLOW_TIME_TEXT];
    if (events->descriptor < 0) {
        return SOLOW_OK;
    }
    solow_time_text(when);
    json_t *line = json_pack("{s:s, s:I, s:s, s:f}", "event", name, "number", (json_int_t)events->number++, "time",
                             when, "elapsed", seconds() - events->opened);
    bool good = line != NULL;
    for (const solow_event_field *f = fields; good && f->name != NULL; f++) {
        good = json_object_set_new(line, f->name, value_of(f)) == 0;
    }
    char *text = good ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(line);
    if (text == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for an event");
    }
    solow_buffer_text(&events->pending, text);
    solow_buffer_char(&events->pending, '\n');
    free(text);
    return solow_buffer_finish(&events->pending, err);
}
#else
solow_status solow_events_add(solow_events *events, const char *name, const solow_event_field *fields, solow_error *err)
{
    (void)events;
    (void)name;
    (void)fields;
    (void)err;
    return SOLOW_OK;
}
#endif

solow_status solow_events_write(solow_events *events, solow_error *err)
{
    size_t left = events->pending.length;
    const char *next = events->pending.text;
    events->pending.length = 0;
    while (events->descriptor >= 0 && left > 0) {
        ssize_t written = write(events->descriptor, next, left);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return SOLOW_FAIL(err, SOLOW_ERR_IO, "writing events.jsonl broke off: %s", strerror(errno));
        }
        next += written;
        left -= (size_t)written;
    }
    return SOLOW_OK;
}

void solow_events_close(solow_events *events)
{
    if (events->descriptor >= 0) {
        (void)close(events->descriptor);
    }
    solow_buffer_clear(&events->pending);
    *events = (solow_events){.descriptor = -1};
}
