#include "http/multipart_answer.hpp"

#include "base/append_text.hpp"
#include "http/response_head.hpp"

#include <utility>

namespace rookery::http {

MultipartAnswer::MultipartAnswer(std::string_view kind, const Uuid& id)
    : boundary_(std::string{kind} + to_string(id)) {}

void MultipartAnswer::append(std::string_view text) { append_text(body_, text); }

void MultipartAnswer::begin_part() {
    append("--");
    append(boundary_);
    append("\r\n");
}

void MultipartAnswer::add(
    const Response& answer, std::string_view content_id, std::string_view error_id
) {
    begin_part();
    append("Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
    const std::pair<std::string_view, std::string_view> about[] = {
        {"Content-ID: ", content_id}, {"REQ_ID: ", error_id}};
    for (const auto& [name, value] : about) {
        if (value.empty()) continue;
        append(name);
        append(value);
        append("\r\n");
    }
    append("\r\nHTTP/1.1 ");
    append(std::to_string(answer.status));
    append(" ");
    append(reason_phrase(answer.status));
    append(answer.header_lines);
    append("\r\n\r\n");
    append({answer.body.data(), answer.body.size()});
    append("\r\n");
}

void MultipartAnswer::add(const MultipartAnswer& change_set) {
    begin_part();
    append("Content-Type: ");
    append(change_set.content_type());
    append("\r\n\r\n");
    append({change_set.body_.data(), change_set.body_.size()});
    append("--");
    append(change_set.boundary_);
    append("--\r\n");
}

std::string MultipartAnswer::content_type() const {
    return "multipart/mixed; boundary=" + boundary_;
}

WipedBuffer MultipartAnswer::take_body() && {
    append("--");
    append(boundary_);
    append("--\r\n");
    return std::move(body_);
}

}  // namespace rookery::http
