/* events.c - see events.h. */
#include "io/ledger/events.h"

#include "io/ledger/folder.h"
#include "io/report/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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
    char path[PATH_MAX];
    *events = (solow_events){.descriptor = -1, .number = 1, .opened = seconds()};
    solow_status status = solow_folder_path(folder, "events.jsonl", path, err);
    if (status != SOLOW_OK) {
        return status;
    }
    events->descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (events->descriptor < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot create %s: %s", path, strerror(errno));
    }
    return SOLOW_OK;
}

static void add_whole(solow_buffer *out, uint64_t number, int least_digits)
{
    char text[24], *first = text + sizeof text;
    for (int digit = 0; digit < least_digits || number > 0; digit++, number /= 10) {
        *--first = (char)('0' + number % 10);
    }
    solow_buffer_bytes(out, first, (size_t)(text + sizeof text - first));
}

/* To the nanosecond, without zeros at the end; by hand, for a job of 400,000 groups has as many lines. */
static void add_number(solow_buffer *out, double number)
{
    static const double most = 9e9;
    if (!(fabs(number) < most)) {
        solow_buffer_format(out, isfinite(number) ? "%.17g" : "null", number);
        return;
    }
    uint64_t nano = (uint64_t)llround(fabs(number) * 1e9), fraction = nano % 1000000000;
    int digits = 9;
    if (number < 0) {
        solow_buffer_char(out, '-');
    }
    add_whole(out, nano / 1000000000, 1);
    while (digits > 0 && fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    if (digits > 0) {
        solow_buffer_char(out, '.');
        add_whole(out, fraction, digits);
    }
}

static void add_field(solow_buffer *out, const solow_event_field *field)
{
    solow_buffer_bytes(out, ",\"", 2);
    solow_buffer_text(out, field->name);
    solow_buffer_bytes(out, "\":", 2);
    if (field->text != NULL) {
        solow_escape_json(out, field->text);
    } else {
        add_number(out, field->number);
    }
}

solow_status solow_events_add(solow_events *events, const char *name, const solow_event_field *fields, solow_error *err)
{
    if (events->descriptor < 0) {
        return SOLOW_OK;
    }
    time_t now = time(NULL);
    if (now != (time_t)events->second || events->when[0] == '\0') {
        solow_time_text(events->when);
        events->second = (int64_t)now;
    }
    const solow_event_field head[] = {{"number", NULL, (double)events->number++},
                                      {"time", events->when, 0},
                                      {"elapsed", NULL, seconds() - events->opened}};
    solow_buffer_text(&events->pending, "{\"event\":");
    solow_escape_json(&events->pending, name);
    for (size_t h = 0; h < sizeof head / sizeof *head; h++) {
        add_field(&events->pending, &head[h]);
    }
    for (const solow_event_field *f = fields; f->name != NULL; f++) {
        add_field(&events->pending, f);
    }
    solow_buffer_bytes(&events->pending, "}\n", 2);
    return solow_buffer_finish(&events->pending, err);
}

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
