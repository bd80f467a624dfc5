/* check.c - a job read and checked whole on one rank, without MPI: what `check` prints and `submit` wants first. See session.h. */
#include "engine/cli/session.h"

solow_status solow_session_check(const char *path, solow_session *session, solow_error *err)
{
    *session = (solow_session){.path = path, .dry_run = true, .quiet = true};
    solow_status status = solow_comm_alone(&session->comm, err);
    return status == SOLOW_OK ? solow_session_run(session, err) : status;
}

void solow_session_check_clear(solow_session *session)
{
    solow_comm *comm = session->comm;
    solow_session_clear(session);
    solow_comm_destroy(comm);
    session->comm = NULL;
}
