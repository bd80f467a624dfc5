/* lock.c - see lock.h. */
#include "io/ledger/lock.h"

#include "io/ledger/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ATTEMPTS = 20, GUARD_ATTEMPTS = 500, LINE = 512, START_FIELD = 22 };

/* When a process started, field 22 of /proc/PID/stat; 0 where there is no such file. */
static int64_t start_of(int64_t pid)
{
    char path[64], line[1024] = "";
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return 0;
    }
    size_t length = fread(line, 1, sizeof line - 1, file);
    (void)fclose(file);
    line[length] = '\0';
    char *rest = NULL, *after = strrchr(line, ')'); /* the name before it may hold blanks */
    char *field = after != NULL ? strtok_r(after + 1, " ", &rest) : NULL;
    for (int number = 3; field != NULL && number < START_FIELD; number++) {
        field = strtok_r(NULL, " ", &rest);
    }
    return field != NULL ? strtoll(field, NULL, 10) : 0;
}

solow_lock_owner solow_lock_self(const char *job, int64_t restarts)
{
    solow_lock_owner self = {.pid = (int64_t)getpid(), .restarts = restarts};
    if (gethostname(self.host, sizeof self.host - 1) != 0 || self.host[0] == '\0') {
        snprintf(self.host, sizeof self.host, "unknown");
    }
    snprintf(self.job, sizeof self.job, "%s", job != NULL && job[0] != '\0' ? job : "-");
    self.begun = start_of(self.pid);
    return self;
}

solow_owner_state solow_lock_owner_state(const solow_lock_owner *owner, const solow_lock_owner *self)
{
    if (strcmp(owner->host, self->host) != 0) {
        bool earlier =
            strcmp(owner->job, "-") != 0 && strcmp(owner->job, self->job) == 0 && owner->restarts < self->restarts;
        return earlier ? SOLOW_OWNER_GONE : SOLOW_OWNER_ELSEWHERE;
    }
    if (kill((pid_t)owner->pid, 0) != 0 && errno == ESRCH) {
        return SOLOW_OWNER_GONE;
    }
    int64_t begun = start_of(owner->pid);
    return owner->begun != 0 && begun != 0 && begun != owner->begun ? SOLOW_OWNER_GONE : SOLOW_OWNER_LIVES;
}

/* What a lock file holds; false: it is not there. One that cannot be understood is nobody's, process 0 nowhere. */
static bool read_owner(const char *path, solow_lock_owner *owner)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    long long pid = 0, begun = 0, restarts = 0;
    *owner = (solow_lock_owner){.host = "unknown", .job = "-"};
    if (fscanf(file, "%255s %lld %lld %127s %lld", owner->host, &pid, &begun, owner->job, &restarts) == 5) {
        owner->pid = pid;
        owner->begun = begun;
        owner->restarts = restarts;
    }
    (void)fclose(file);
    return true;
}

static bool same_owner(const solow_lock_owner *a, const solow_lock_owner *b)
{
    return a->pid == b->pid && a->begun == b->begun && a->restarts == b->restarts && strcmp(a->host, b->host) == 0 &&
           strcmp(a->job, b->job) == 0;
}

bool solow_lock_read(const char *folder, solow_lock_owner *owner)
{
    char path[PATH_MAX];
    return solow_folder_path(folder, "lock", path, NULL) == SOLOW_OK && read_owner(path, owner);
}

/* folder/lock.HOST.PID, where nobody else writes. */
static solow_status own_name(const char *folder, const solow_lock_owner *self, char *path, solow_error *err)
{
    char name[LINE];
    snprintf(name, sizeof name, "lock.%s.%lld", self->host, (long long)self->pid);
    return solow_folder_path(folder, name, path, err);
}

static bool write_own(const char *path, const solow_lock_owner *self)
{
    char line[LINE];
    int length = snprintf(line, sizeof line, "%s %lld %lld %s %lld\n", self->host, (long long)self->pid,
                          (long long)self->begun, self->job, (long long)self->restarts);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool good = descriptor >= 0 && write(descriptor, line, (size_t)length) == length;
    good = (descriptor < 0 || close(descriptor) == 0) && good;
    return good;
}

static solow_status refuse(const char *folder, const solow_lock_owner *owner, solow_owner_state state, solow_error *err)
{
    const char *advice = state == SOLOW_OWNER_LIVES
                             ? "wait for it, or give this run another output with -o"
                             : "if that run is gone, remove the file `lock` there; else give this run another output";
    return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "another run has %s: process %lld on %s%s%s; %s", folder,
                      (long long)owner->pid, owner->host, strcmp(owner->job, "-") != 0 ? ", job " : "",
                      strcmp(owner->job, "-") != 0 ? owner->job : "", advice);
}

/* A descriptor of folder/lock.guard, locked for this process alone; -1 where the file system has no such locks, or the
 * folder is gone. A guard that was removed while we waited guards nothing, so its name is looked at again. */
static int take_guard(const char *folder)
{
    const struct timespec pause = {.tv_nsec = 2000000};
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct stat ours, there;
    char path[PATH_MAX];
    if (solow_folder_path(folder, "lock.guard", path, NULL) != SOLOW_OK) {
        return -1;
    }
    for (int attempt = 0; attempt < GUARD_ATTEMPTS; attempt++) {
        int guard = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        int locked = guard >= 0 ? fcntl(guard, F_SETLK, &whole) : -1;
        bool busy = guard >= 0 && locked != 0 && (errno == EACCES || errno == EAGAIN);
        if (locked == 0 && fstat(guard, &ours) == 0 && stat(path, &there) == 0 && ours.st_ino == there.st_ino) {
            return guard;
        }
        if (guard >= 0) {
            (void)close(guard);
        }
        if (locked != 0 && !busy) {
            return -1;
        }
        (void)nanosleep(&pause, NULL);
    }
    return -1;
}

/* Its name goes first: who waits for the old file sees then that it has none. */
static void drop_guard(const char *folder, int guard)
{
    char path[PATH_MAX];
    if (solow_folder_path(folder, "lock.guard", path, NULL) == SOLOW_OK) {
        (void)unlink(path);
    }
    (void)close(guard);
}

/* Takes the lock of a process that is gone out of the way. Between the look at it and its removal another run could take
 * it over, and that run's lock would go: only who holds the guard removes. Without a guard the lock is moved and looked at
 * again, and goes back if it is a live one's by now. */
static void clear_stale(const char *folder, const char *lock, const char *own, const solow_lock_owner *gone)
{
    char aside[PATH_MAX];
    solow_lock_owner now;
    int guard = take_guard(folder);
    if (guard >= 0) {
        if (read_owner(lock, &now) && same_owner(&now, gone)) {
            (void)unlink(lock);
        }
        drop_guard(folder, guard);
        return;
    }
    if (snprintf(aside, sizeof aside, "%s.gone", own) >= (int)sizeof aside || rename(lock, aside) != 0) {
        return;
    }
    if (read_owner(aside, &now) && !same_owner(&now, gone)) {
        (void)!link(aside, lock);
    }
    (void)unlink(aside);
}

solow_status solow_lock_take(const char *folder, const solow_lock_owner *self, solow_error *err)
{
    char lock[PATH_MAX], own[PATH_MAX];
    solow_status status = solow_folder_path(folder, "lock", lock, err);
    status = status == SOLOW_OK ? own_name(folder, self, own, err) : status;
    for (int attempt = 0; attempt < ATTEMPTS && status == SOLOW_OK; attempt++) {
        solow_lock_owner owner;
        status = solow_folder_make(folder, err);
        if (status != SOLOW_OK) {
            return status;
        }
        if (!write_own(own, self)) {
            if (errno == ENOENT) {
                continue; /* another run ended and took the folder away */
            }
            status = SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot write in %s: %s", folder, strerror(errno));
            (void)unlink(own);
            return status;
        }
        bool taken = link(own, lock) == 0;
        int cause = errno;
        (void)unlink(own);
        if (taken) {
            return SOLOW_OK;
        }
        if (cause != EEXIST && cause != ENOENT) {
            return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot make %s: %s", lock, strerror(cause));
        }
        if (cause == EEXIST && read_owner(lock, &owner)) {
            solow_owner_state state = solow_lock_owner_state(&owner, self);
            if (state != SOLOW_OWNER_GONE) {
                return refuse(folder, &owner, state, err);
            }
            clear_stale(folder, lock, own, &owner);
        }
    }
    return status != SOLOW_OK
               ? status
               : SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot take %s: other runs take it again and again", lock);
}

void solow_lock_release(const char *folder, const solow_lock_owner *self)
{
    char path[PATH_MAX];
    solow_lock_owner owner;
    if (solow_folder_path(folder, "lock", path, NULL) == SOLOW_OK && read_owner(path, &owner) &&
        same_owner(&owner, self)) {
        (void)unlink(path);
    }
}
