// HeaderLines: a request's header lines for libcurl, which copies each. One may hold a bearer token, so
// every copy is wiped.
#pragma once

struct curl_slist;

namespace rookery::sync {

class HeaderLines {
 public:
    HeaderLines() = default;
    ~HeaderLines();
    HeaderLines(const HeaderLines&) = delete;
    HeaderLines& operator=(const HeaderLines&) = delete;

    void add(const char* line);

    /// False when there was no memory for a line: the request must not be sent.
    [[nodiscard]] bool complete() const { return complete_; }

    [[nodiscard]] curl_slist* get() const { return list_; }

 private:
    curl_slist* list_ = nullptr;
    bool complete_ = true;
};

}  // namespace rookery::sync
