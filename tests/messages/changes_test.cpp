// Change tracking: what a delta link leads to, also when rows are written between its pages, and who may follow it.
#include "messages/retrieve_changes.hpp"
#include "messages/retrieve_multiple.hpp"
#include "messages/sender.hpp"
#include "query/delta_token.hpp"

#include <algorithm>
#include <map>
#include <random>

namespace changes_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::code;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;
using schema::Depth;

namespace {

constexpr std::string_view handle = "msdyn_octwitterhandle";
constexpr std::string_view read_handle = "prvReadmsdyn_octwitterhandle";
const std::string digest(32, 'q');

/// What a client that follows the table knows of it.
struct Follower {
    std::map<Uuid, std::uint64_t> rows;  // with the version that it was told of
    std::string link;

    void take(const ListReply& reply) {
        for (const auto& row : reply.rows) rows[row.row->id] = row.row->versionnumber;
        if (reply.delta) {
            for (const auto& id : reply.delta->removed) rows.erase(id);
        }
        if (reply.delta_token) link = *reply.delta_token;
    }
};

struct Fixture {
    TestVault vault;
    Sender system = test::system_of(vault);
    access::Caller caller = TestVault::caller(vault.user("follower"));
    std::uint32_t page_size = 5000;

    Fixture() {
        vault.associate(
            "systemuserroles_association",
            caller.user,
            vault.role("reader", {read_handle}, Depth::global)
        );
    }

    Uuid make(const std::string& name) {
        return value(system.create(handle, std::pair{"msdyn_name", name}));
    }

    void rename(const Uuid& id, const std::string& name) {
        REQUIRE(system.update(handle, id, std::pair{"msdyn_name", name}));
    }

    Result<ListReply> list_page(std::string token) {
        RetrieveMultiple message;
        message.table = schema::table(handle);
        message.page_size = page_size;
        message.track_changes = token.empty();  // a link says so itself
        message.paging_token = std::move(token);
        message.query_digest = digest;
        return vault.run<ListReply>(caller, std::move(message));
    }

    RetrieveChanges changes(const std::string& token) {
        RetrieveChanges message;
        message.table = schema::table(handle);
        message.page_size = page_size;
        message.delta_token = token;
        message.query_digest = digest;
        return message;
    }

    Result<ListReply> page(const std::string& token) {
        return vault.run<ListReply>(caller, changes(token));
    }

    std::uint64_t count(const std::string& token) {
        auto message = changes(token);
        message.count_only = true;
        message.query_digest.clear();
        return value(vault.run<CountReply>(caller, std::move(message))).count;
    }

    /// All pages of the whole table, with `between` done after each but the last.
    template <class Between>
    Follower read_all(Between between) {
        Follower out;
        std::string token;
        for (;;) {
            const auto reply = value(list_page(token));
            out.take(reply);
            if (!reply.next_token) return out;
            CHECK_FALSE(reply.delta_token);
            token = *reply.next_token;
            between();
        }
    }

    Follower read_all() {
        return read_all([] {});
    }

    /// All pages of a delta.
    template <class Between>
    void follow(Follower& follower, Between between) {
        auto token = follower.link;
        for (;;) {
            const auto reply = value(page(token));
            REQUIRE(reply.delta);
            CHECK(reply.rows.size() + reply.delta->removed.size() <= page_size);
            follower.take(reply);
            CHECK(reply.delta_token.has_value() != reply.delta->next_token.has_value());
            if (!reply.delta->next_token) return;
            token = *reply.delta->next_token;
            between();
        }
    }

    void follow(Follower& follower) {
        follow(follower, [] {});
    }

    /// Of the rows that are there.
    std::map<Uuid, std::uint64_t> now() {
        std::map<Uuid, std::uint64_t> out;
        RetrieveMultiple message;
        message.table = schema::table(handle);
        for (const auto& row : value(vault.run<ListReply>(caller, message)).rows) {
            out[row.row->id] = row.row->versionnumber;
        }
        return out;
    }
};

}  // namespace

TEST_CASE("a delta tells what was written by version, then what is gone", "[changes]") {
    Fixture f;
    const auto kept = f.make("kept");
    const auto changed = f.make("changed");
    const auto removed = f.make("removed");
    auto follower = f.read_all();
    CHECK(follower.rows == f.now());

    const auto reply_of = [&] { return value(f.page(follower.link)); };
    auto reply = reply_of();
    CHECK(reply.rows.empty());
    CHECK(reply.delta->removed.empty());
    CHECK(f.count(follower.link) == 0);

    const auto added = f.make("added");
    f.rename(changed, "x");
    REQUIRE(f.system.remove(handle, removed));
    const auto passing = f.make("made and removed in between");
    REQUIRE(f.system.remove(handle, passing));
    f.rename(added, "y");

    reply = reply_of();
    REQUIRE(reply.rows.size() == 2);
    CHECK(reply.rows[0].row->id == changed);
    CHECK(reply.rows[1].row->id == added);
    CHECK(reply.rows[0].row->versionnumber < reply.rows[1].row->versionnumber);
    CHECK(reply.delta->removed == std::vector{removed, passing});
    CHECK(f.count(follower.link) == 4);
    follower.take(reply);
    CHECK(follower.rows == f.now());
    CHECK(follower.rows.contains(kept));
    CHECK(value(f.page(follower.link)).rows.empty());
}

TEST_CASE(
    "whatever is written between pages, whoever follows to the end knows the table", "[changes]"
) {
    for (std::uint32_t seed = 0; seed < 12; ++seed) {
        CAPTURE(seed);
        Fixture f;
        f.page_size = 1 + seed % 4;
        std::mt19937 random(seed);
        std::vector<Uuid> rows;
        for (int i = 0; i < 8; ++i) rows.push_back(f.make("r" + std::to_string(i)));
        int writes = 0;
        const auto write = [&] {
            if (++writes > 60) return;
            const auto what = random() % 4;
            if (what == 0 || rows.empty()) {
                rows.push_back(f.make("n" + std::to_string(writes)));
            } else if (what == 1) {
                const auto at = random() % rows.size();
                REQUIRE(f.system.remove(handle, rows[at]));
                rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
            } else {
                f.rename(rows[random() % rows.size()], "c" + std::to_string(writes));
            }
        };
        auto follower = f.read_all(write);
        for (int round = 0; round < 4; ++round) {
            for (int i = 0; i < 5; ++i) write();
            f.follow(follower, write);
        }
        // Nothing is written any more: one delta more, and nothing is missing.
        f.follow(follower);
        CHECK(follower.rows == f.now());
        CHECK(f.count(follower.link) == 0);
    }
}

TEST_CASE("a delta link ages, and one of another state of the vault leads nowhere", "[changes]") {
    Fixture f;
    f.make("a");
    const auto follower = f.read_all();
    f.vault.clock().advance(std::chrono::hours{7 * 24});
    CHECK(code(f.page(follower.link)) == Errc::count_);
    f.vault.clock().advance(std::chrono::milliseconds{1});
    CHECK(code(f.page(follower.link)) == Errc::changes_forgotten);
    CHECK(f.read_all().rows == f.now());

    const auto view = f.vault.vault().view();
    const auto newest = view.snapshot().versionnumber;
    for (const auto since : {newest + 1, newest + (std::uint64_t{1} << 40), UINT64_MAX}) {
        const auto position = DeltaPosition::start(since, f.vault.clock().now(), digest);
        const auto token =
            make_delta_token(view.keys().authenticator, f.caller, *schema::table(handle), position);
        CHECK(code(f.page(token)) == Errc::changes_forgotten);
    }
}

TEST_CASE("a delta link is for who got it, its table and its columns alone", "[changes]") {
    Fixture f;
    f.make("a");
    const auto link = f.read_all().link;
    CHECK(code(f.page(link)) == Errc::count_);
    for (std::size_t i = 0; i < link.size(); ++i) {
        auto other = link;
        other[i] = other[i] == 'A' ? 'B' : 'A';
        CHECK(code(f.page(other)) == Errc::bad_paging_token);
    }
    CHECK(code(f.page("")) == Errc::bad_paging_token);
    CHECK(code(f.page(link + "A")) == Errc::bad_paging_token);

    auto other_columns = f.changes(link);
    other_columns.query_digest = std::string(32, 'x');
    CHECK(code(f.vault.run<ListReply>(f.caller, other_columns)) == Errc::bad_paging_token);
    auto other_table = f.changes(link);
    other_table.table = schema::table("msdyn_octwitterapplication");
    const auto system = f.vault.vault().system();
    CHECK(code(f.vault.run<ListReply>(system, other_table)) == Errc::bad_paging_token);
    CHECK(code(f.vault.run<ListReply>(system, f.changes(link))) == Errc::bad_paging_token);
    // A page's token is no delta link, and the other way round.
    f.make("b");
    f.page_size = 1;
    const auto next = *value(f.list_page({})).next_token;
    CHECK(code(f.list_page(next)) == Errc::count_);
    CHECK(code(f.page(next)) == Errc::bad_paging_token);
    CHECK(code(f.list_page(link)) == Errc::bad_paging_token);
    // Since when a list is tracked stands in its pages, and nobody moves it.
    for (std::size_t i = std::string_view("track:").size(); i < next.size(); ++i) {
        auto moved = next;
        moved[i] = moved[i] == 'A' ? 'B' : 'A';
        CHECK(code(f.list_page(moved)) == Errc::bad_paging_token);
    }
}

TEST_CASE("who reads some rows follows none", "[changes]") {
    Fixture f;
    f.make("a");
    const auto link = f.read_all().link;
    const auto reader = [&](const std::string& name, Depth depth) {
        auto out = TestVault::caller(f.vault.user(name));
        f.vault.associate(
            "systemuserroles_association", out.user, f.vault.role(name, {read_handle}, depth)
        );
        return out;
    };
    const auto mine = f.caller;
    for (const auto depth : {Depth::basic, Depth::local, Depth::deep}) {
        f.caller = reader("reader " + std::to_string(static_cast<int>(depth)), depth);
        CHECK(code(f.list_page({})) == Errc::missing_privilege);
        CHECK(code(f.page(link)) == Errc::missing_privilege);
    }
    f.caller = TestVault::caller(f.vault.user("nobody"));
    CHECK(code(f.list_page({})) == Errc::missing_privilege);
    CHECK(code(f.page(link)) == Errc::missing_privilege);
    // On behalf of another it takes both, and a link is for the two.
    f.caller.delegate = mine.user;
    CHECK(code(f.page(link)) == Errc::missing_privilege);
    f.caller = reader("global", Depth::global);
    f.caller.delegate = mine.user;
    const auto both = f.read_all().link;
    CHECK(code(f.page(both)) == Errc::count_);
    CHECK(code(f.page(link)) == Errc::bad_paging_token);
    f.caller = mine;
    CHECK(code(f.page(both)) == Errc::bad_paging_token);
}

TEST_CASE("a delta is on the log as a list is", "[changes]") {
    Fixture f;
    const auto removed = f.make("a");
    const auto follower = f.read_all();
    f.make("b");
    REQUIRE(f.system.remove(handle, removed));
    REQUIRE(f.page(follower.link));
    RetrieveAuditEvents ask;
    ask.top = 1;
    const auto entries = f.vault.run_as_system<LogReply>(ask).entries;
    REQUIRE(entries.size() == 1);
    const auto& event = entries[0].event;
    CHECK(event.action == audit::Action::list);
    CHECK(event.message == "RetrieveChanges");
    CHECK(event.table == handle);
    CHECK(event.count == 2);
    CHECK(std::ranges::count(event.extras, "removed", [](const auto& extra) {
              return std::string_view(extra.first);
          }) == 1);
}

}  // namespace changes_test
