/* faults.h - calls of our own code that fail on order: the n-th allocation, write, fsync or rename of this process.
 *
 * A program that is linked with the --wrap options of tests/CMakeLists.txt calls these in place of the C library's; calls
 * that libraries make among themselves are not counted, for what MPI or HDF5 do without memory is not ours to promise.
 * fsync does nothing when it does not fail: thousands of runs need not reach the disk.
 */
#ifndef SOLOW_TESTS_SUPPORT_FAULTS_H
#define SOLOW_TESTS_SUPPORT_FAULTS_H

#include <stdbool.h>

typedef enum { FAULT_ALLOCATION, FAULT_WRITE, FAULT_FSYNC, FAULT_RENAME } fault_call;

/* From now on the at-th such call fails, from 1; 0: none, but they are counted. */
void faults_begin(fault_call call, long at);
/* No call fails any more. Calls of that kind since faults_begin. */
long faults_end(void);

#endif
