#include "odata/metadata/service_document.hpp"

#include "odata/json/json_writer.hpp"
#include "odata/metadata/model.hpp"
#include "odata/response/response_headers.hpp"
#include "schema/schema.hpp"

namespace rookery::odata::metadata {
namespace {

void write_set(JsonWriter& json, std::string_view name) {
    json.begin_object();
    json.key("name");
    json.text(name);
    json.key("kind");
    json.text(std::string_view{"EntitySet"});
    json.key("url");
    json.text(name);
    json.end_object();
}

}  // namespace

http::Response write_service_document(const Responder& responder) {
    auto out = responder.started(200);
    add_json_content_type(out, responder.context());
    JsonWriter json{out.body, 4096};
    json.begin_object();
    json.key("@odata.context");
    json.text(responder.service_url() + "$metadata");
    json.key("value");
    json.begin_array();
    for (const auto* table : schema::tables()) write_set(json, table->set_name);
    for (const auto& set : model().sets()) write_set(json, set.name);
    json.end_array();
    json.end_object();
    return out;
}

}  // namespace rookery::odata::metadata
