// A join that gives a row for each pair: how many there may be, who sees which of them, and what is on the log.
#include "query/pairs.hpp"

#include "messages/expand_scene.hpp"

#include <algorithm>
#include <utility>

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
    for (const auto& row : reply.rows) {
        const auto* links = std::get_if<std::vector<ShownRowPtr>>(&row.expanded.front());
        out += std::max<std::size_t>(links->size(), 1);
    }
    return out;
}

/// The handle and the secret of each pair that the page has.
std::vector<std::string> pairs_on(const ListReply& reply) {
    std::vector<std::string> out;
    std::uint64_t skipped = reply.joined_skipped;
    for (const auto& row : reply.rows) {
        const auto handle = to_string(row.row->id) + " ";
        std::vector<std::string> of_row;
        const auto& links = std::get<std::vector<ShownRowPtr>>(row.expanded.front());
        for (const auto& secret : links) of_row.push_back(handle + to_string(secret->row->id));
        if (of_row.empty()) of_row.push_back(handle);
        for (auto i = std::exchange(skipped, 0); i < of_row.size(); ++i) {
            if (out.size() < reply.joined_max) out.push_back(of_row[i]);
        }
    }
    return out;
}

}  // namespace

TEST_CASE("the pages of a join end among the pairs of a row as well", "[messages]") {
    ExpandScene scene;
    const auto team = TestVault::target("team", scene.team);
    for (int i = 0; i < 4; ++i) child_of(scene, scene.bird, team);
    scene.create_handle("@empty", team);
    // Five secrets of one handle, and a handle without any: six pairs.
    const auto run = [&](RetrieveMultiple message) {
        return scene.vault.run<ListReply>(TestVault::caller(scene.agent), std::move(message));
    };
    const auto all = run(joined(6));
    REQUIRE(all);
    CHECK(pairs_in(*all) == 6);
    CHECK(all->joined_max == 6);
    CHECK_FALSE(all->next_token);
    for (const bool ordered : {false, true}) {
        for (std::uint32_t size = 1; size <= 6; ++size) {
            INFO(ordered << " " << size);
            std::vector<std::string> seen;
            auto message = joined(size);
            if (ordered) message.order.push_back({message.table->column("msdyn_name"), true, {}});
            std::optional<std::string> token;
            do {
                auto next = message;
                next.paging_token = token.value_or("");
                const auto page = run(std::move(next));
                REQUIRE(page);
                CHECK(page->joined_max <= size);
                const auto pairs = pairs_on(*page);
                CHECK(pairs.size() == page->joined_max);
                seen.insert(seen.end(), pairs.begin(), pairs.end());
                token = page->next_token;
                REQUIRE(seen.size() <= 6);
            } while (token);
            CHECK(seen.size() == 6);
            std::ranges::sort(seen);
            CHECK(std::ranges::adjacent_find(seen) == seen.end());
        }
    }
    auto first = joined(5);
    first.top = 3;
    const auto some = run(std::move(first));
    REQUIRE(some);
    CHECK(some->joined_max == 3);
    CHECK_FALSE(some->next_token);
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

namespace {

/// A row with so many linked ones by each of its links.
ShownRow linked(const std::vector<std::size_t>& links) {
    ShownRow out;
    storage::Row own;
    own.id.bytes[0] = 1;
    out.row = std::make_shared<const storage::Row>(std::move(own));
    for (const auto count : links) {
        std::vector<ShownRowPtr> rows;
        for (std::size_t i = 0; i < count; ++i) {
            storage::Row row;
            row.id.bytes[14] = static_cast<std::uint8_t>((i + 1) >> 8);
            row.id.bytes[15] = static_cast<std::uint8_t>(i + 1);
            auto shown = std::make_shared<ShownRow>();
            shown->row = std::make_shared<const storage::Row>(std::move(row));
            rows.push_back(std::move(shown));
        }
        out.expanded.emplace_back(std::move(rows));
    }
    return out;
}

Uuid row_of_link(const ShownRow& row, std::size_t link, std::size_t position) {
    return std::get<std::vector<ShownRowPtr>>(row.expanded[link])[position]->row->id;
}

std::uint64_t pairs_of(const ShownRow& row, std::uint64_t most) {
    PairPage page({}, most);
    static_cast<void>(value(page.take(row)));
    return page.count();
}

}  // namespace

TEST_CASE(
    "a row is a pair by itself, and one with each combination of what it is linked to", "[messages]"
) {
    CHECK(pairs_of(linked({}), 10) == 1);
    CHECK(pairs_of(linked({0}), 10) == 1);
    CHECK(pairs_of(linked({3, 4}), 100) == 12);
    CHECK(pairs_of(linked({3, 0, 4}), 100) == 12);
    CHECK(pairs_of(linked({3, 4}), 12) == 12);
    CHECK(pairs_of(linked({3, 4}), 11) == 11);
    CHECK(pairs_of(linked(std::vector<std::size_t>(14, 4)), 5000) == 5000);
}

TEST_CASE("a page does not begin behind too many pairs of one row", "[messages]") {
    const auto row = linked({400, 400});
    PairPage first({}, 10);
    CHECK_FALSE(value(first.take(row)));
    auto at = first.next({"key"}).value();
    CHECK(at.key.empty());
    CHECK(at.pair.size() == 2);
    at.row = row.row->id;
    at.pair = {row_of_link(row, 0, 249), row_of_link(row, 1, 399)};  // the 100,000th
    PairPage last(at, 10);
    CHECK_FALSE(value(last.take(row)));
    CHECK(last.skipped() == pairs_skipped_max);
    at.pair = {row_of_link(row, 0, 260), row_of_link(row, 1, 0)};
    PairPage beyond(at, 10);
    CHECK(code(beyond.take(row)) == Errc::too_expensive);
}

TEST_CASE("what is removed or added between the pages of a join moves nothing else", "[messages]") {
    ExpandScene scene;
    const auto team = TestVault::target("team", scene.team);
    const auto other = scene.create_handle("@other", team);
    std::vector<Uuid> of_other;
    for (int i = 0; i < 4; ++i) child_of(scene, scene.bird, team);
    for (int i = 0; i < 4; ++i) of_other.push_back(child_of(scene, other, team));
    const auto page_at = [&](std::uint32_t size, const std::optional<std::string>& token) {
        auto message = joined(size);
        message.order.push_back({message.table->column("msdyn_name"), false, {}});
        message.paging_token = token.value_or("");
        auto page = scene.vault.run<ListReply>(TestVault::caller(scene.agent), std::move(message));
        REQUIRE(page);
        return std::move(*page);
    };
    const auto remove = [&](std::string_view table, const Uuid& id) {
        messages::Delete gone;
        gone.target = TestVault::target(table, id);
        scene.vault.run_as_system<NoContent>(gone);
    };
    // Of "@other" four, then of "@rookery" five.
    const auto all = pairs_on(page_at(9, std::nullopt));
    REQUIRE(all.size() == 9);
    const auto first = page_at(2, std::nullopt);
    const auto seen = pairs_on(first);
    // What was shown last goes, and so does what comes next; and one is added somewhere.
    const auto secret_in = [&](const std::string& pair) {
        return Uuid::parse(pair.substr(pair.find(' ') + 1)).value();
    };
    remove(secrets, secret_in(seen[1]));
    remove(secrets, secret_in(all[2]));
    const auto second = pairs_on(page_at(9, first.next_token));
    std::vector<std::string> rest(all.begin() + 3, all.end());
    CHECK(second == rest);
    // The row that the page ended in goes, and the next one begins at its first pair.
    const auto begun = page_at(1, std::nullopt);
    remove(handles, other);
    const auto after = pairs_on(page_at(9, begun.next_token));
    CHECK(after == std::vector<std::string>(all.begin() + 4, all.end()));
}

TEST_CASE("a position among pairs comes out as it went in", "[messages]") {
    const auto row = linked({2});
    const PairPosition position{"key", row_of_link(row, 0, 0), {row_of_link(row, 0, 1), Uuid{}}};
    const auto back = pair_position(to_bytes(position));
    REQUIRE(back);
    CHECK(back->key == position.key);
    CHECK(back->row == position.row);
    CHECK(back->pair == position.pair);
    const auto bytes = to_bytes(position);
    CHECK_FALSE(pair_position(bytes.substr(0, 20)));
    CHECK_FALSE(pair_position("1234567"));
}

}  // namespace pairs_test
