// A join that gives a row for each pair: how many there may be, who sees which of them, and what is on the log.
#include "query/pairs.hpp"

#include "messages/expand_scene.hpp"

namespace pairs_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::ExpandScene;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr auto secrets = ExpandScene::secrets;
constexpr auto handles = ExpandScene::handles;

/// Handles with each of their secrets, as FetchXML asks for it.
RetrieveMultiple joined(std::uint32_t page_size) {
    auto out = ExpandScene::list_of(handles, {ExpandScene::to_children({"msdyn_name"})});
    out.pairs = true;
    out.page_size = page_size;
    return out;
}

Uuid child_of(ExpandScene& scene, const Uuid& handle, const Target& owner) {
    const auto id = scene.vault.create(secrets, std::pair{"ownerid", Target(owner)});
    scene.lead(id, handle);
    return id;
}

std::uint64_t pairs_in(const ListReply& reply) {
    std::uint64_t out = 0;
    for (const auto& row : reply.rows) out += pairs_of(row, 1'000'000);
    return out;
}

}  // namespace

TEST_CASE("the rows of a join fit one page, or it is refused", "[messages]") {
    ExpandScene scene;
    const auto team = TestVault::target("team", scene.team);
    for (int i = 0; i < 4; ++i) child_of(scene, scene.bird, team);
    scene.create_handle("@empty", team);
    // Five secrets of one handle, and a handle without any.
    const auto run = [&](RetrieveMultiple message) {
        return scene.vault.run<ListReply>(TestVault::caller(scene.agent), std::move(message));
    };
    auto all = run(joined(6));
    REQUIRE(all);
    CHECK(pairs_in(*all) == 6);
    CHECK(all->joined_max == 6);
    CHECK(code(run(joined(5))) == Errc::unsupported);
    CHECK(code(run(joined(1))) == Errc::unsupported);
    auto first = joined(5);
    first.top = 3;
    const auto some = run(std::move(first));
    REQUIRE(some);
    CHECK(some->joined_max == 3);
}

TEST_CASE("a pair is of two rows that the caller may read", "[messages]") {
    ExpandScene scene;
    const auto hidden =
        child_of(scene, scene.bird, TestVault::target("systemuser", scene.stranger));
    const auto seen_by = [&](const access::Caller& caller) {
        const auto reply = scene.vault.run<ListReply>(caller, joined(50));
        REQUIRE(reply);
        return pairs_in(*reply);
    };
    CHECK(seen_by(TestVault::caller(scene.agent)) == 1);
    const auto event = scene.newest(1).front();
    CHECK(event.table == secrets);
    CHECK(event.count == 1U);
    CHECK(ExpandScene::says(event, "expand", ExpandScene::children));
    CHECK(seen_by(scene.vault.vault().system()) == 2);
    CHECK(
        code(scene.vault.run<ListReply>(TestVault::caller(scene.outsider), joined(50))) ==
        Errc::missing_privilege
    );
    static_cast<void>(hidden);
}

TEST_CASE("pairs are counted up to a limit, and no further", "[messages]") {
    const auto leaf = std::make_shared<const ShownRow>();
    ShownRow row;
    CHECK(pairs_of(row, 10) == 1);
    row.expanded.emplace_back(std::vector<ShownRowPtr>{});
    CHECK(pairs_of(row, 10) == 1);
    row.expanded.emplace_back(std::vector<ShownRowPtr>(3, leaf));
    row.expanded.emplace_back(std::vector<ShownRowPtr>(4, leaf));
    CHECK(pairs_of(row, 100) == 12);
    CHECK(pairs_of(row, 12) == 12);
    CHECK(pairs_of(row, 11) == 11);
    for (int i = 0; i < 40; ++i) row.expanded.emplace_back(std::vector<ShownRowPtr>(4, leaf));
    CHECK(pairs_of(row, 5001) == 5001);
}

}  // namespace pairs_test
