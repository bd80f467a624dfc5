/* link_name.h - ids and group labels as names of HDF5 groups.
 *
 * A name may hold anything but `/`, control characters, a blank at its end, and must not be `.` or `..`: those bytes are
 * written as %XX. Group labels come with `%;=/` escaped in their values already and pass unchanged.
 */
#ifndef SOLOW_IO_RESULT_LINK_NAME_H
#define SOLOW_IO_RESULT_LINK_NAME_H

/* malloc'ed, or NULL when there is no memory. */
char *solow_link_name(const char *text);

#endif
