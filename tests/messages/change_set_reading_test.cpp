// What the parts of a change set read: each the rows as those before it leave them, with guards of its own.
#include "messages/change_set_scene.hpp"

namespace change_set_reading_test {

using namespace rookery;
using namespace rookery::messages;
using namespace rookery::test::change_set;
using rookery::test::TestVault;
using rookery::test::value;

TEST_CASE(
    "a row that an earlier part read is read anew by those after the part that changes it",
    "[messages][batch]"
) {
    Fixture f;
    const auto parent = value(f.system.create(handle, std::pair{unique, name("7")}));
    const auto version = value(f.system.row(handle, parent))->versionnumber;
    const auto bound = [&] {
        return create(
            secret, std::pair{"msdyn_octwitterhandleid", TestVault::target(handle, parent)}
        );
    };
    auto run = f.run();
    CHECK(run.add(bound()) == Errc::count_);
    CHECK(run.add(update(handle, parent, std::pair{"msdyn_name", name("b")})) == Errc::count_);
    auto conditional = update(handle, parent, std::pair{"msdyn_name", name("c")});
    conditional.preconditions.versions = {version};
    CHECK(run.add(std::move(conditional)) == Errc::version_mismatch);
    CHECK(run.add(remove(handle, parent)) == Errc::count_);
    CHECK(run.add(bound()) == Errc::not_found);
    CHECK(run.receipts().size() == 3);
    f.check_store();
}

TEST_CASE(
    "each part of a change set relies on what it reads, also where a refused one read it before",
    "[messages][batch]"
) {
    Fixture f;
    const auto parent = value(f.system.create(application, std::pair{"msdyn_name", name("a")}));
    const auto bound = [&] {
        return create(
            handle,
            std::pair{unique, name("7")},
            std::pair{"msdyn_octwitterapplicationid", TestVault::target(application, parent)}
        );
    };
    auto run = f.run();
    auto refused = bound();
    refused.input.cells.push_back({schema::table(handle)->column("statuscode"), std::int64_t{9}});
    CHECK(run.add(std::move(refused)) == Errc::bad_state);
    CHECK(run.add(bound()) == Errc::count_);
    CHECK(f.system.update(application, parent, std::pair{"msdyn_name", name("other")}));
    CHECK(std::holds_alternative<ledger::Stale>(run.commit()));
    CHECK(f.count(handle) == 0);
}

}  // namespace change_set_reading_test
