/* escape.h - text made safe for one output format. */
#ifndef SOLOW_IO_REPORT_ESCAPE_H
#define SOLOW_IO_REPORT_ESCAPE_H

#include "io/report/buffer.h"

typedef void (*solow_escape)(solow_buffer *buffer, const char *text);

/* RFC 4180: in quotes, quotes doubled, if the text holds a comma, quote, CR or LF or begins or ends with a blank. */
void solow_escape_csv(solow_buffer *buffer, const char *text);
/* LaTeX: the ten special characters, and < > | " as text in any font encoding; line ends become blanks. */
void solow_escape_tex(solow_buffer *buffer, const char *text);
/* A cell of a pipe table: | * _ ` < > [ ] # ~ \ with a backslash; line ends become blanks. */
void solow_escape_markdown(solow_buffer *buffer, const char *text);
/* & < > and quotes. */
void solow_escape_html(solow_buffer *buffer, const char *text);
/* A JSON string with its quotes; bytes beyond ASCII stay as they are. */
void solow_escape_json(solow_buffer *buffer, const char *text);
/* One word of a shell: as it is, or in single quotes. */
void solow_escape_shell(solow_buffer *buffer, const char *text);

#endif
