// rky_TestRootKeySlot: tries a way into the vault, and changes nothing.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/way_members.hpp"
#include "odata/response/slot_writer.hpp"

namespace rookery::odata::operations::rky_test_root_key_slot {
namespace {

Result<messages::Message> read(Call& call) {
    const auto from_body = [](const JsonValue& body, messages::TestRootKeySlot& into) -> Result<> {
        ROOKERY_CHECK(check_members(body, {"Opens"}));
        ROOKERY_TRY(into.opens, read_way(body, "Opens", WayIs::there));
        return {};
    };
    return call.request.with_body(messages::TestRootKeySlot{}, from_body);
}

constexpr metadata::Field takes[] = {
    {"Opens", "rky_RootKeyWay"},
};

constexpr Operation operation{
    .name = "rky_TestRootKeySlot",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = slot_answer,
    .ignores_options = true,
    .read = read,
    .write = writes<write_slot_act>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_test_root_key_slot
