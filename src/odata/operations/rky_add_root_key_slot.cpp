// rky_AddRootKeySlot: a new way into the vault; shares that are made for it are shown once.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/way_members.hpp"
#include "odata/response/slot_writer.hpp"

namespace rookery::odata::operations::rky_add_root_key_slot {
namespace {

constexpr std::size_t label_bytes_max = 64;

/// May be missing: then the slot is called what its way calls itself.
Result<std::string> read_label(const JsonValue& body) {
    const auto* label = body.member("Label");
    if (label == nullptr) return std::string{};
    if (!label->is(JsonValue::Kind::text)) return bad_parameter("Label");
    auto out = label->text.expose([](std::string_view text) {
        return std::string(text.substr(0, label_bytes_max + 1));
    });
    if (out.size() > label_bytes_max) return bad_parameter("Label");
    return out;
}

Result<messages::Message> read(Call& call) {
    const auto from_body = [](const JsonValue& body, messages::AddRootKeySlot& into) -> Result<> {
        ROOKERY_CHECK(check_members(body, {"Opens", "New", "Label"}));
        ROOKERY_TRY(into.opens, read_way(body, "Opens", WayIs::there));
        ROOKERY_TRY(into.fresh, read_way(body, "New", WayIs::fresh));
        ROOKERY_TRY(into.label, read_label(body));
        return {};
    };
    return call.request.with_body(messages::AddRootKeySlot{}, from_body);
}

constexpr metadata::Field takes[] = {
    {"Opens", "rky_RootKeyWay"},
    {"New", "rky_RootKeyWay"},
    {"Label", "Edm.String"},
};

constexpr Operation operation{
    .name = "rky_AddRootKeySlot",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = slot_answer,
    .ignores_options = true,
    .read = read,
    .write = writes<write_slot_act>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_add_root_key_slot
