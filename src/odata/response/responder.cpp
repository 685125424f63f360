#include "odata/response/responder.hpp"

#include "odata/response/response_headers.hpp"

namespace rookery::odata {

http::Response Responder::started(int status) const {
    http::Response out;
    out.status = status;
    add_common_headers(out, context_);
    return out;
}

http::Response Responder::started_json(int status) const {
    auto out = started(status);
    add_json_content_type(out, context_);
    return out;
}

std::string Responder::service_url() const {
    std::string out;
    out.reserve(256);
    out += context_.origin.links();
    out += api_prefix;
    out += context_.version;
    out += '/';
    return out;
}

std::string Responder::url_of(const schema::Table& table, const Uuid& id) const {
    auto out = service_url();
    out += table.set_name;
    out += '(';
    out += to_string(id);
    out += ')';
    return out;
}

void Responder::write_context(JsonWriter& json, std::initializer_list<std::string_view> parts)
    const {
    if (context_.metadata == MetadataLevel::none) return;
    json.key("@odata.context");
    json.begin_text();
    json.piece(context_.origin.links());
    json.piece(api_prefix);
    json.piece(context_.version);
    json.piece("/$metadata#");
    for (const auto part : parts) json.piece(part);
    json.end_text();
}

}  // namespace rookery::odata
