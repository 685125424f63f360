// MultipartAnswer: the answers of a batch, or of a change set in it, as one multipart/mixed body (dataverse: "Execute
// batch operations using the Web API"). Clients search for the beginnings of the two boundaries, take the first line for
// the delimiter and cut JSON from the first brace of a part to its last: so there is no preamble.
//
// The body may hold tokens, and is in memory that is wiped.
#pragma once

#include "base/http_message.hpp"
#include "base/uuid.hpp"

#include <string>
#include <string_view>

namespace rookery::http {

class MultipartAnswer {
 public:
    static constexpr std::string_view of_batch = "batchresponse_";
    static constexpr std::string_view of_change_set = "changesetresponse_";

    /// `kind`: what the boundary begins with; `id` makes it unlike anything in a body.
    MultipartAnswer(std::string_view kind, const Uuid& id);

    /// One answer. `content_id`: of the part that it answers; empty: it has none. `error_id`: of a failed request, for
    /// people; empty: it did not fail.
    void add(const Response& answer, std::string_view content_id, std::string_view error_id);

    /// The answers of a change set.
    void add(const MultipartAnswer& change_set);

    [[nodiscard]] std::string content_type() const;

    [[nodiscard]] std::size_t size() const { return body_.size(); }

    /// With the last delimiter; nothing may be added any more.
    [[nodiscard]] WipedBuffer take_body() &&;

 private:
    void begin_part();
    void append(std::string_view text);

    std::string boundary_;
    WipedBuffer body_;
};

}  // namespace rookery::http
