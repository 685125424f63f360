#include "support/test_vault.hpp"

namespace upsert_multiple_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";

UpsertMultiple::Item item(const Uuid& id, const std::string& name) {
    UpsertMultiple::Item out;
    out.target = TestVault::target(application, id);
    out.input.cells.push_back(TestVault::cell(application, "msdyn_name", name));
    return out;
}

UpsertMultiple message_of(const Uuid& first, const Uuid& second) {
    UpsertMultiple message;
    message.table = schema::table(application);
    message.rows.push_back(item(first, "first"));
    message.rows.push_back(item(second, "second"));
    return message;
}

}  // namespace

TEST_CASE("UpsertMultiple creates what is not there and updates what is", "[messages]") {
    TestVault vault;
    SystemRandom random;
    const auto first = Uuid::random(random);
    const auto second = Uuid::random(random);
    for (const auto round : {"creates", "updates"}) {
        CAPTURE(round);
        REQUIRE(vault.vault().run(vault.vault().system(), message_of(first, second)));
    }
    Retrieve message;
    message.target = TestVault::target(application, second);
    const auto shown = value(vault.run<RowReply>(vault.vault().system(), message));
    REQUIRE(*shown.row.row->get<std::string>("msdyn_name") == "second");
    REQUIRE(shown.row.row->row_version == 2);
}

TEST_CASE("UpsertMultiple refuses two items for one record, new or not", "[messages]") {
    TestVault vault;
    SystemRandom random;
    const auto id = Uuid::random(random);
    REQUIRE_FALSE(vault.run<IdsReply>(vault.vault().system(), message_of(id, id)));
    REQUIRE(vault.vault().run(vault.vault().system(), message_of(id, Uuid::random(random))));
    REQUIRE_FALSE(vault.run<IdsReply>(vault.vault().system(), message_of(id, id)));
}

}  // namespace upsert_multiple_test
