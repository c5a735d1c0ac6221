// Files that the binary holds, taken in by the compiler's #embed (C23): as array literals of Swift
// the same bytes cost a clean build many seconds.

#include "CFiles.h"
#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char actions_js[] = {
#embed "../Page/Static/actions.js"
};
static const unsigned char facts_js[] = {
#embed "../Page/Static/facts.js"
};
static const unsigned char firings_js[] = {
#embed "../Page/Static/firings.js"
};
static const unsigned char header_js[] = {
#embed "../Page/Static/header.js"
};
static const unsigned char history_js[] = {
#embed "../Page/Static/history.js"
};
static const unsigned char icon_svg[] = {
#embed "../Page/Static/icon.svg"
};
static const unsigned char index_html[] = {
#embed "../Page/Static/index.html"
};
static const unsigned char job_js[] = {
#embed "../Page/Static/job.js"
};
static const unsigned char jobs_js[] = {
#embed "../Page/Static/jobs.js"
};
static const unsigned char key_js[] = {
#embed "../Page/Static/key.js"
};
static const unsigned char live_js[] = {
#embed "../Page/Static/live.js"
};
static const unsigned char logstream_js[] = {
#embed "../Page/Static/logstream.js"
};
static const unsigned char logview_js[] = {
#embed "../Page/Static/logview.js"
};
static const unsigned char new_js[] = {
#embed "../Page/Static/new.js"
};
static const unsigned char notices_js[] = {
#embed "../Page/Static/notices.js"
};
static const unsigned char overview_js[] = {
#embed "../Page/Static/overview.js"
};
static const unsigned char page_css[] = {
#embed "../Page/Static/page.css"
};
static const unsigned char parameter_js[] = {
#embed "../Page/Static/parameter.js"
};
static const unsigned char route_js[] = {
#embed "../Page/Static/route.js"
};
static const unsigned char service_js[] = {
#embed "../Page/Static/service.js"
};
static const unsigned char start_js[] = {
#embed "../Page/Static/start.js"
};
static const unsigned char time_js[] = {
#embed "../Page/Static/time.js"
};
static const unsigned char tree_js[] = {
#embed "../Page/Static/tree.js"
};
static const unsigned char views_css[] = {
#embed "../Page/Static/views.css"
};
static const unsigned char words_js[] = {
#embed "../Page/Static/words.js"
};
static const unsigned char schemas_json[] = {
#embed "../RESTService/OpenAPI/schemas.json"
};

#define FILE_NAMED(name, bytes) {name, bytes, sizeof bytes}

static const struct cfiles_file files[] = {
    FILE_NAMED("actions.js", actions_js),
    FILE_NAMED("facts.js", facts_js),
    FILE_NAMED("firings.js", firings_js),
    FILE_NAMED("header.js", header_js),
    FILE_NAMED("history.js", history_js),
    FILE_NAMED("icon.svg", icon_svg),
    FILE_NAMED("index.html", index_html),
    FILE_NAMED("job.js", job_js),
    FILE_NAMED("jobs.js", jobs_js),
    FILE_NAMED("key.js", key_js),
    FILE_NAMED("live.js", live_js),
    FILE_NAMED("logstream.js", logstream_js),
    FILE_NAMED("logview.js", logview_js),
    FILE_NAMED("new.js", new_js),
    FILE_NAMED("notices.js", notices_js),
    FILE_NAMED("overview.js", overview_js),
    FILE_NAMED("page.css", page_css),
    FILE_NAMED("parameter.js", parameter_js),
    FILE_NAMED("route.js", route_js),
    FILE_NAMED("service.js", service_js),
    FILE_NAMED("start.js", start_js),
    FILE_NAMED("time.js", time_js),
    FILE_NAMED("tree.js", tree_js),
    FILE_NAMED("views.css", views_css),
    FILE_NAMED("words.js", words_js),
    FILE_NAMED("schemas.json", schemas_json),
};

const struct cfiles_file *cfiles_find(const char *name) {
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (strcmp(files[i].name, name) == 0) return &files[i];
  return NULL;
}
