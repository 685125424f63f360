#include "sync/header_lines.hpp"

#include "base/secret.hpp"

#include <curl/curl.h>

#include <cstring>

namespace rookery::sync {

HeaderLines::~HeaderLines() {
    for (auto* line = list_; line != nullptr; line = line->next) {
        wipe(line->data, std::strlen(line->data));
    }
    curl_slist_free_all(list_);
}

void HeaderLines::add(const char* line) {
    auto* longer = curl_slist_append(list_, line);
    if (longer == nullptr) {
        complete_ = false;
    } else {
        list_ = longer;
    }
}

}  // namespace rookery::sync
