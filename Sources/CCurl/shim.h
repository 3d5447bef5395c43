// libcurl's numbers: options, codes, kinds of answers. Its functions are loaded at run time, through CShims.
#include <curl/curl.h>
