// Lists of rows that are named by their values: each value is one look into the index, and the table is as large as it
// likes.
#include "messages/pipeline.hpp"
#include "pipeline/reply.hpp"
#include "support/test_vault.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace key_list_test {

using namespace rookery;
using namespace rookery::messages;
using test::TestVault;

namespace {

using Names = std::vector<std::string>;

const schema::Table& users() { return *schema::table("systemuser"); }

RetrieveMultiple list_of(std::string_view function, std::string_view column, const Names& names) {
    RetrieveMultiple out;
    out.table = &users();
    Condition condition;
    condition.column = users().column(column);
    condition.op = operator_of_function(function);
    for (const auto& name : names) condition.values.emplace_back(name);
    out.filter = Filter{std::move(condition)};
    return out;
}

struct Fixture {
    void fill(int count) {
        for (int i = 0; i < count; ++i) vault.user("u" + std::to_string(made++));
    }

    /// The names found, and what finding them took.
    std::pair<Names, std::uint64_t> run(RetrieveMultiple message) {
        WorkBudget work;
        RequestInfo info;
        info.correlation = Uuid::random(vault.random());
        auto result = vault.vault().ledger().commit(vault.vault().pipeline().plan(
            vault.vault().view(), vault.vault().system(), std::move(message), info, work
        ));
        const auto reply =
            test::value(take_reply_as<ListReply>(std::move(std::get<ledger::Receipt>(result))));
        Names names;
        for (const auto& row : reply.rows) {
            names.push_back(std::get<std::string>(*row.row->find(users().column("domainname")->id))
            );
        }
        return {names, WorkBudget::units_max - work.left()};
    }

    TestVault vault;
    int made = 0;
};

}  // namespace

TEST_CASE(
    "In on an alternate key finds each row once, however its value is written", "[messages]"
) {
    Fixture f;
    f.fill(5);
    const auto found =
        f.run(list_of("In", "domainname", {"u3", "U1 ", "u3", "nobody", "u1", ""})).first;
    CHECK(found == Names{"u1", "u3"});
}

TEST_CASE("In on an alternate key takes no more work in a larger table", "[messages]") {
    Fixture f;
    f.fill(4);
    const auto in = [&](const Names& names) {
        return f.run(list_of("In", "domainname", names)).second;
    };
    const auto present = in({"u0", "u1", "u2"});
    const auto absent = in({"x0", "x1", "x2"});
    f.fill(60);
    CHECK(in({"u0", "u1", "u2"}) == present);
    CHECK(in({"x0", "x1", "x2"}) == absent);
    // No row was looked up for what is not there.
    CHECK(absent + 3 * cost::row_by_index < present);
    CHECK(f.run(list_of("NotIn", "domainname", {"u0"})).second > 5 * present);
}

TEST_CASE("In on an alternate key goes on page after page", "[messages]") {
    Fixture f;
    f.fill(9);
    auto query = list_of("In", "domainname", {"u8", "u1", "u4", "u5", "u7", "x"});
    query.page_size = 2;
    Names found;
    Message message = std::move(query);
    for (;;) {
        const auto page = f.vault.run_as_system<ListReply>(message);
        for (const auto& row : page.rows) {
            found.push_back(std::get<std::string>(*row.row->find(users().column("domainname")->id))
            );
        }
        if (!page.next_token) break;
        std::get<RetrieveMultiple>(message).paging_token = *page.next_token;
    }
    CHECK(found == Names{"u1", "u4", "u5", "u7", "u8"});
}

TEST_CASE("In on an alternate key and another condition give the rows of both", "[messages]") {
    Fixture f;
    f.fill(5);
    All all;
    all.terms.push_back(std::move(*list_of("In", "domainname", {"u1", "u2", "u3"}).filter));
    all.terms.push_back(std::move(*list_of("NotIn", "lastname", {"u2"}).filter));
    RetrieveMultiple message;
    message.table = &users();
    message.filter = Filter{std::move(all)};
    CHECK(f.run(std::move(message)).first == Names{"u1", "u3"});
}

}  // namespace key_list_test
