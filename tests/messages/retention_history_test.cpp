// Random histories of records that are made, changed, deleted, restored, retained, brought back and purged, beside a simple model of
// them: after every step each record is in the one place where the model has it.
#include "messages/purge_retained_content.hpp"
#include "messages/retain.hpp"
#include "messages/rollback_retain.hpp"
#include "messages/sender.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <random>

namespace retention_history_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::Sender;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

constexpr std::string_view application = "msdyn_octwitterapplication";
constexpr int days = 10;

enum class Place : std::uint8_t { there, bin, retained, gone };

struct Kept {
    Place place = Place::there;
    std::string name;
    int since = 0;  // day on which it came there
};

class History {
 public:
    explicit History(std::uint32_t seed) : draw_(seed) {
        vault_.retain_records();
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
    std::size_t below(std::size_t n) { return draw_() % n; }

    /// Mostly one that is in this place.
    std::optional<Uuid> any(Place place) {
        std::vector<Uuid> all;
        const bool anywhere = below(8) == 0;
        for (const auto& [id, one] : model_) {
            if (anywhere || one.place == place) all.push_back(id);
        }
        if (all.empty()) return std::nullopt;
        return all[below(all.size())];
    }

    [[nodiscard]] bool is_restorable(const Kept& one) const {
        return one.place == Place::bin && today_ < one.since + days;
    }

    void step() {
        switch (below(14)) {
            case 0:
            case 1:
            case 2:
                return create();
            case 3:
                return rename();
            case 4:
            case 5:
                return remove();
            case 6:
                return restore();
            case 7:
            case 8:
            case 9:
                return retain();
            case 10:
            case 11:
                return roll_back();
            case 12:
                return purge();
            default:
                vault_.clock().advance(std::chrono::days{1});
                ++today_;
        }
    }

    void move(Kept& one, Place to) {
        one.place = to;
        one.since = today_;
    }

    void create() {
        Kept made{Place::there, "n" + std::to_string(++made_), today_};
        model_[value(system().create(application, std::pair{"msdyn_name", made.name}))] = made;
    }

    void rename() {
        const auto id = any(Place::there);
        if (!id) return;
        auto& one = model_[*id];
        const auto name = "n" + std::to_string(++made_);
        const auto done = system().update(application, *id, std::pair{"msdyn_name", name});
        if (one.place == Place::there) one.name = name;
        check(done, one.place == Place::there);
    }

    void remove() {
        const auto id = any(Place::there);
        if (!id) return;
        auto& one = model_[*id];
        const bool there = one.place == Place::there;
        check(system().remove(application, *id), there);
        if (there) move(one, Place::bin);
    }

    void restore() {
        const auto id = any(Place::bin);
        if (!id) return;
        auto& one = model_[*id];
        Restore message;
        message.target = TestVault::target(application, *id);
        const auto done = vault_.run<RestoreReply>(vault_.vault().system(), std::move(message));
        if (one.place == Place::there) {
            CHECK(test::code(done) == Errc::restore_live);
            return;
        }
        check(done, is_restorable(one));
        if (is_restorable(one)) move(one, Place::there);
    }

    void retain() {
        const auto id = any(Place::there);
        if (!id) return;
        auto& one = model_[*id];
        const bool there = one.place == Place::there;
        Retain message;
        message.target = TestVault::target(application, *id);
        check(vault_.run<RetainReply>(vault_.vault().system(), std::move(message)), there);
        if (there) move(one, Place::retained);
    }

    void roll_back() {
        const auto id = any(Place::retained);
        if (!id) return;
        auto& one = model_[*id];
        RollbackRetain message;
        message.target = TestVault::target(application, *id);
        const auto done = vault_.run<RetainReply>(vault_.vault().system(), std::move(message));
        if (one.place == Place::there) {
            CHECK(test::code(done) == Errc::restore_live);
            return;
        }
        check(done, one.place == Place::retained);
        if (one.place == Place::retained) move(one, Place::there);
    }

    /// By one of the two limits, at a record that is retained or one day beyond it.
    void purge() {
        const auto retained = list(RowSource::retained);
        PurgeRetainedContent message;
        message.table = schema::table(application);
        if (!retained.empty() && below(2) == 0) {
            message.max_version = retained[below(retained.size())]->versionnumber;
        } else {
            message.retained_before = vault_.clock().now() - std::chrono::days{below(4)};
        }
        const auto limit = message.retained_before;
        const auto version = message.max_version;
        const auto reply =
            value(vault_.run<PurgeRetainedReply>(vault_.vault().system(), std::move(message)));
        std::uint64_t expected = 0;
        for (const auto& row : retained) {
            auto& one = model_[row->id];
            const auto at = begin_ + std::chrono::days{one.since};
            if (version ? row->versionnumber > *version : at >= *limit) continue;
            move(one, Place::gone);
            ++expected;
        }
        CHECK(reply.failed == 0);
        CHECK_FALSE(reply.more);
        CHECK((reply.ended.empty() ? 0 : reply.ended.front().second) == expected);
    }

    template <class R>
    void check(const Result<R>& done, bool works) {
        CHECK(test::code(done) == (works ? Errc::count_ : Errc::not_found));
    }

    std::vector<RowPtr> list(RowSource source) {
        RetrieveMultiple message;
        message.table = schema::table(application);
        message.source = source;
        std::vector<RowPtr> out;
        for (auto& shown : vault_.run_as_system<ListReply>(std::move(message)).rows) {
            out.push_back(shown.row);
        }
        return out;
    }

    void compare() {
        const std::pair<RowSource, Place> places[] = {
            {RowSource::live, Place::there},
            {RowSource::deleted, Place::bin},
            {RowSource::retained, Place::retained}};
        for (const auto& [source, place] : places) {
            std::map<Uuid, std::string> expected;
            for (const auto& [id, one] : model_) {
                if (one.place != place || (place == Place::bin && !is_restorable(one))) continue;
                expected[id] = one.name;
            }
            std::map<Uuid, std::string> found;
            for (const auto& row : list(source)) {
                found[row->id] = *row->get<std::string>("msdyn_name");
            }
            REQUIRE(found == expected);
        }
    }

    Sender system() { return test::system_of(vault_); }

    TestVault vault_;
    std::mt19937 draw_;
    std::map<Uuid, Kept> model_;
    int made_ = 0;
    int today_ = 0;
    const Instant begin_ = vault_.clock().now();
};

}  // namespace

TEST_CASE(
    "whatever is deleted, retained, brought back and purged, each record is in one place",
    "[messages]"
) {
    const auto seed = GENERATE(range(1U, 7U));
    CAPTURE(seed);
    History(seed).run(150);
}

}  // namespace retention_history_test
