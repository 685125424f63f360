// Random rows and callers: what $expand shows of a row is what the caller gets who asks for that row by itself, with the
// same columns and masks, and null exactly where that is refused.
#include "messages/expand_world.hpp"

namespace expand_oracle_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::ExpandScene;
using rookery::test::row_of;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;
using rookery::test::World;

namespace {

constexpr auto secrets = ExpandScene::secrets;
constexpr auto handles = ExpandScene::handles;

/// Columns, values and masks.
void check_same(const ShownRow& expanded, const ShownRow& alone) {
    CHECK(expanded.row->id == alone.row->id);
    CHECK(expanded.row->row_version == alone.row->row_version);
    REQUIRE(expanded.cells.size() == alone.cells.size());
    for (std::size_t i = 0; i < alone.cells.size(); ++i) {
        const auto& a = expanded.cells[i];
        const auto& b = alone.cells[i];
        CHECK(a.column == b.column);
        REQUIRE(a.value.index() == b.value.index());
        if (const auto* const* stored = std::get_if<const storage::Value*>(&a.value)) {
            CHECK(**stored == **std::get_if<const storage::Value*>(&b.value));
        }
    }
}

/// How many were shown, and how many were not.
struct Seen {
    std::size_t shown = 0;
    std::size_t withheld = 0;
};

void check_lookup(
    World& world, const access::Caller& caller, const ShownRow& row, std::string_view column,
    const ShownLink& link, Seen& seen
) {
    const auto* found = row.row->get<storage::RowRef>(column);
    if (found == nullptr) {
        CHECK(std::holds_alternative<std::monostate>(link));
        return;
    }
    auto alone = world.vault.run<RowReply>(
        caller, World::retrieve(schema::table(found->table)->name, found->id, {})
    );
    CHECK(alone.has_value() == (row_of(link) != nullptr));
    if (!alone || row_of(link) == nullptr) {
        ++seen.withheld;
        return;
    }
    ++seen.shown;
    check_same(*row_of(link), alone->row);
}

}  // namespace

TEST_CASE(
    "an expanded lookup is the row that the caller gets who asks for it", "[messages][expand]"
) {
    Seen seen;
    for (std::uint32_t seed = 1; seed <= 3; ++seed) {
        INFO("seed " << seed);
        World world(seed);
        for (const auto& user : world.users) {
            const auto caller = TestVault::caller(user);
            std::vector<Expansion> expanded;
            expanded.push_back(World::to_owner());
            const auto birds = world.vault.run<ListReply>(caller, World::list_of(handles, {}));
            if (birds) expanded.push_back(World::to_handle());
            auto list =
                world.vault.run<ListReply>(caller, World::list_of(secrets, std::move(expanded)));
            if (!list) continue;
            for (const auto& row : list->rows) {
                check_lookup(world, caller, row, "ownerid", row.expanded.at(0), seen);
                if (!birds) continue;
                check_lookup(world, caller, row, World::handle_of, row.expanded.at(1), seen);
            }
        }
    }
    CHECK(seen.shown > 50);
    CHECK(seen.withheld > 50);
}

TEST_CASE(
    "an expanded collection has exactly the rows that the caller gets", "[messages][expand]"
) {
    Seen seen;
    for (std::uint32_t seed = 11; seed <= 13; ++seed) {
        INFO("seed " << seed);
        World world(seed);
        const auto everything = world.vault.run_as_system<ListReply>(World::list_of(secrets, {}));
        for (const auto& user : world.users) {
            const auto caller = TestVault::caller(user);
            std::vector<Expansion> expanded;
            expanded.push_back(World::to_children());
            auto list =
                world.vault.run<ListReply>(caller, World::list_of(handles, std::move(expanded)));
            if (!list) continue;
            for (const auto& row : list->rows) {
                const auto& children = std::get<std::vector<ShownRowPtr>>(row.expanded.at(0));
                std::size_t expected = 0;
                for (const auto& secret : everything.rows) {
                    const auto* of = secret.row->get<storage::RowRef>(World::handle_of);
                    if (of == nullptr || of->id != row.row->id) continue;
                    const auto alone = world.alone(caller, *secret.row);
                    const auto child = std::ranges::find_if(children, [&](const auto& one) {
                        return one->row->id == secret.row->id;
                    });
                    CHECK(alone.has_value() == (child != children.end()));
                    if (!alone || child == children.end()) {
                        ++seen.withheld;
                        continue;
                    }
                    ++expected;
                    check_same(**child, alone->row);
                }
                CHECK(children.size() == expected);
                seen.shown += expected;
            }
        }
    }
    CHECK(seen.shown > 20);
    CHECK(seen.withheld > 20);
}

}  // namespace expand_oracle_test
