// Random histories of records that are made, changed, handed on, deleted and restored, beside a simple model of them: after
// every step the vault has what the model has, there and in the recycle bin.
#include "messages/sender.hpp"
#include "vault/verify_store.hpp"

#include <map>
#include <random>
#include <set>

namespace bin_history_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::input_of;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view tables[] = {
    "msdyn_octwitterapplication", "msdyn_octwitterhandle", "msdyn_octwitterhandlesecret"};
/// By which a row of the table leads to one of the table before it.
constexpr std::string_view lookups[] = {
    "", "msdyn_octwitterapplicationid", "msdyn_octwitterhandleid"};

struct Thing {
    std::size_t level = 0;
    std::optional<Uuid> parent;
    std::string name;
    Uuid owner;
    int deletion = 0;  // 0: it is there
    int deleted_on = 0;
    std::set<Uuid> with;  // that went because of it
};

class History {
 public:
    explicit History(std::uint32_t seed) : draw_(seed) {
        for (const auto* name : {"one", "two"}) owners_.push_back(vault_.user(name));
        vault_.keep_deleted(std::chrono::days{days});
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) {
            step();
            compare();
        }
        const auto report = value(verify_store(vault_.vault()));
        for (const auto& one : report.findings) UNSCOPED_INFO(one.place << ": " << one.what);
        CHECK(report.ok());
    }

 private:
    static constexpr int days = 10;

    std::size_t below(std::size_t n) { return draw_() % n; }

    template <class Wanted>
    std::optional<Uuid> any(Wanted wanted) {
        std::vector<Uuid> all;
        for (const auto& [id, thing] : model_) {
            if (wanted(thing)) all.push_back(id);
        }
        if (all.empty()) return std::nullopt;
        return all[below(all.size())];
    }

    static bool is_there(const Thing& thing) { return thing.deletion == 0; }

    bool is_kept(const Thing& thing) const {
        return thing.deletion > 0 && today_ < thing.deleted_on + days;
    }

    void step() {
        switch (below(12)) {
            case 0:
            case 1:
            case 2:
                return create();
            case 3:
                return rename();
            case 4:
                return assign();
            case 5:
            case 6:
            case 7:
                return remove();
            case 8:
                vault_.clock().advance(std::chrono::days{1});
                ++today_;
                return;
            default:
                return restore();
        }
    }

    void create() {
        const auto level = below(3);
        const auto parent = level == 0 ? std::nullopt : any([&](const Thing& one) {
            return is_there(one) && one.level + 1 == level;
        });
        Thing made{level, parent, "n" + std::to_string(++made_), owners_[below(2)], 0, 0, {}};
        auto system = test::system_of(vault_);
        const auto owner = std::pair{"ownerid", TestVault::target("systemuser", made.owner)};
        const auto id =
            parent ? value(system.create(
                         tables[level],
                         std::pair{"msdyn_name", made.name},
                         owner,
                         std::pair{lookups[level], TestVault::target(tables[level - 1], *parent)}
                     ))
                   : value(system.create(tables[level], std::pair{"msdyn_name", made.name}, owner));
        model_[id] = std::move(made);
    }

    void rename() {
        const auto id = any(is_there);
        if (!id) return;
        auto& thing = model_[*id];
        thing.name = "n" + std::to_string(++made_);
        REQUIRE(test::system_of(vault_).update(
            tables[thing.level], *id, std::pair{"msdyn_name", thing.name}
        ));
    }

    void assign() {
        const auto id = any(is_there);
        if (!id) return;
        auto& thing = model_[*id];
        thing.owner = owners_[below(2)];
        REQUIRE(test::system_of(vault_).update(
            tables[thing.level],
            *id,
            std::pair{"ownerid", TestVault::target("systemuser", thing.owner)}
        ));
    }

    /// What went because of `id`.
    std::set<Uuid> delete_below(const Uuid& id) {
        std::set<Uuid> gone;
        for (auto& [child, thing] : model_) {
            if (thing.parent != id || !is_there(thing)) continue;
            thing.with = delete_below(child);
            thing.deletion = deletions_;
            thing.deleted_on = today_;
            gone.insert(child);
            gone.insert(thing.with.begin(), thing.with.end());
        }
        return gone;
    }

    void remove() {
        const auto id = any(is_there);
        if (!id) return;
        ++deletions_;
        auto& thing = model_[*id];
        REQUIRE(test::system_of(vault_).remove(tables[thing.level], *id));
        thing.with = delete_below(*id);
        thing.deletion = deletions_;
        thing.deleted_on = today_;
    }

    void restore() {
        const auto id = below(10) == 0 ? any([](const Thing&) { return true; })
                                       : any([&](const Thing& one) { return !is_there(one); });
        if (!id) return;
        auto& thing = model_[*id];
        const bool renamed = below(3) == 0;
        const auto name = "n" + std::to_string(++made_);
        Restore message;
        message.target = TestVault::target(tables[thing.level], *id);
        if (renamed) message.input = input_of(tables[thing.level], std::pair{"msdyn_name", name});
        const auto done = vault_.run<RestoreReply>(vault_.vault().system(), std::move(message));
        if (is_there(thing)) {
            CHECK(test::code(done) == Errc::restore_live);
        } else if (!is_kept(thing)) {
            CHECK(test::code(done) == Errc::not_found);
        } else if (thing.parent && !is_there(model_[*thing.parent])) {
            CHECK(test::code(done) == Errc::restore_parent_gone);
        } else {
            CHECK(test::code(done) == Errc::count_);
            if (renamed) thing.name = name;
            for (const auto& other : thing.with) {
                if (model_[other].deletion == thing.deletion) model_[other].deletion = 0;
            }
            thing.deletion = 0;
        }
    }

    void compare() {
        for (const bool deleted : {false, true}) {
            for (std::size_t level = 0; level < 3; ++level) {
                std::map<Uuid, std::pair<std::string, Uuid>> expected;
                for (const auto& [id, thing] : model_) {
                    const bool wanted = deleted ? is_kept(thing) : is_there(thing);
                    if (wanted && thing.level == level) expected[id] = {thing.name, thing.owner};
                }
                RetrieveMultiple message;
                message.table = schema::table(tables[level]);
                if (deleted) message.source = RowSource::deleted;
                const auto list = vault_.run_as_system<ListReply>(std::move(message));
                std::map<Uuid, std::pair<std::string, Uuid>> found;
                for (const auto& shown : list.rows) {
                    const auto& row = *shown.row;
                    found[row.id] = {
                        *row.get<std::string>("msdyn_name"),
                        row.get<storage::RowRef>("ownerid")->id};
                }
                REQUIRE(found == expected);
            }
        }
    }

    TestVault vault_;
    std::mt19937 draw_;
    std::vector<Uuid> owners_;
    std::map<Uuid, Thing> model_;
    int made_ = 0;
    int deletions_ = 0;
    int today_ = 0;
};

}  // namespace

TEST_CASE("whatever is made, deleted and restored, the vault has what a model has", "[messages]") {
    const auto seed = GENERATE(range(1U, 9U));
    CAPTURE(seed);
    History(seed).run(150);
}

}  // namespace bin_history_test
