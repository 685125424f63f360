// What an anchor finds when a vault opens: a whole older state, in which everything else agrees. And how it
// begins, is written, is lost and is accepted.
#include "vault/anchor.hpp"

#include "audit/log_reader.hpp"
#include "merkle/hash.hpp"
#include "messages/retrieve_vault_status.hpp"
#include "support/test_vault.hpp"
#include "vault/anchor_check.hpp"
#include "vault/anchor_elsewhere.hpp"
#include "vault/anchor_entries.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

namespace anchor_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::Kept;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// A vault on the disk, and a place on no disk of its own for a second anchor and for older states.
struct Rolled {
    test::TemporaryFolder elsewhere;  // outlives the vault, which writes there to the end
    TestVault vault{Kept::on_disk};

    [[nodiscard]] fs::path second() const { return elsewhere.path() / "anchor"; }

    [[nodiscard]] fs::path own() const { return vault.data() / "anchor"; }

    void serve_with_second_place() {
        vault.anchor().rule = AnchorRule::both_places;
        vault.anchor().second = second();
    }

    /// The closed vault as it is now.
    [[nodiscard]] fs::path keep(const std::string& name) {
        vault.close();
        fs::copy(vault.data(), elsewhere.path() / name, fs::copy_options::recursive);
        return elsewhere.path() / name;
    }

    /// All of it, or one name of it, as it was.
    void put_back(const fs::path& older, const std::string& name = {}) {
        vault.close();
        const auto to = name.empty() ? vault.data() : vault.data() / name;
        fs::remove_all(to);
        fs::copy(name.empty() ? older : older / name, to, fs::copy_options::recursive);
        fs::permissions(vault.data(), fs::perms::owner_all);
    }

    [[nodiscard]] Anchor anchor_in(const fs::path& file) {
        const auto identity = vault.vault().id();
        const auto key = value(merkle::parse_verifier_key(vault.vault().log_verifier_key()));
        const auto read = read_anchor(content(file), identity, key);
        REQUIRE(read);
        return *read;
    }
};

Error refused(TestVault& vault) {
    const auto opened = vault.reopen();
    REQUIRE_FALSE(opened);
    INFO(opened.error().message);
    CHECK_FALSE(opened.error().hint.empty());
    return opened.error();
}

void refused(TestVault& vault, std::string_view words, Errc code = Errc::integrity) {
    const auto error = refused(vault);
    INFO(error.message);
    CHECK(error.code == code);
    CHECK(error.message.find(words) != std::string::npos);
}

/// The newest entries of this action, as a reviewer reads them.
std::vector<audit::Event> entries(TestVault& vault, audit::Action action) {
    const auto view = vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    std::vector<audit::Event> out;
    for (auto index = std::uint64_t{0}; index < reader.size(); ++index) {
        auto record = value(reader.read(index, audit::Sections::core));
        if (record.event.action == action) out.push_back(std::move(record.event));
    }
    return out;
}

template <class T>
T extra(const audit::Event& event, std::string_view key) {
    const auto found =
        std::ranges::find_if(event.extras, [&](const auto& one) { return one.first == key; });
    REQUIRE(found != event.extras.end());
    return std::get<T>(found->second);
}

StatusReply status(TestVault& vault) {
    return vault.run_as_system<StatusReply>(RetrieveVaultStatus{});
}

}  // namespace

TEST_CASE("after an orderly end the anchor is over all of the log", "[messages]") {
    Rolled rolled;
    rolled.vault.user("one");
    rolled.vault.close();
    const auto text = content(rolled.own());
    REQUIRE(rolled.vault.reopen());
    const auto key = value(merkle::parse_verifier_key(rolled.vault.vault().log_verifier_key()));
    const auto anchor = read_anchor(text, rolled.vault.vault().id(), key);
    REQUIRE(anchor);
    // What was written since: an attempt to unseal, log-open and unsealed.
    CHECK(anchor->log_size == rolled.vault.vault().view().snapshot().log_size - 3);
    CHECK(
        (fs::status(rolled.own()).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write)
    );
}

TEST_CASE(
    "a store that was put back to an older state is found, and what is missing is named",
    "[messages]"
) {
    Rolled rolled;
    const auto older = rolled.keep("older");
    REQUIRE(rolled.vault.reopen());
    const auto before = rolled.vault.vault().view().snapshot().log_size;
    for (int i = 0; i < 20; ++i) rolled.vault.user("user " + std::to_string(i));
    rolled.put_back(older, "store");
    for (int attempt = 0; attempt < 2; ++attempt) {  // each of which writes an entry
        const auto error = refused(rolled.vault);
        INFO(error.message);
        CHECK(error.code == Errc::integrity);
        // The opening's own three entries lie before the twenty.
        CHECK(
            error.message.find("entries " + std::to_string(before - 3) + " to ") !=
            std::string::npos
        );
        CHECK(error.message.find("of the log are missing") != std::string::npos);
        CHECK(error.message.find("2027-01-15T08:00:00Z") != std::string::npos);
        CHECK(error.hint.find("rookery anchor accept") != std::string::npos);
    }
}

TEST_CASE(
    "each file that is put back older is found, and so are all of them without the anchor",
    "[messages]"
) {
    Rolled rolled;
    const auto older = rolled.keep("older");
    REQUIRE(rolled.vault.reopen());
    rolled.vault.user("one");
    const auto newer = rolled.keep("newer");
    rolled.put_back(older, "anchor");
    // An older anchor alone asks for less: that is what the second place is for.
    CHECK(rolled.vault.reopen());
    rolled.put_back(newer);
    rolled.put_back(older, "store");
    refused(rolled.vault, "are missing");
    rolled.put_back(older);
    rolled.put_back(newer, "anchor");
    refused(rolled.vault, "are missing");
    rolled.put_back(newer);
    CHECK(rolled.vault.reopen());
}

TEST_CASE("an older copy of the whole directory is found by the second place alone", "[messages]") {
    Rolled rolled;
    rolled.serve_with_second_place();
    REQUIRE(rolled.vault.reopen());
    const auto older = rolled.keep("older");
    REQUIRE(rolled.vault.reopen());
    rolled.vault.user("one");
    rolled.put_back(older);
    refused(rolled.vault, rolled.second().string());
    rolled.vault.anchor().rule = AnchorRule::own_place;
    CHECK(rolled.vault.reopen());
    rolled.put_back(older);
    // Continued by somebody who looked away, past where it had been.
    for (int i = 0; i < 20; ++i) {
        if (i == 0) REQUIRE(rolled.vault.reopen());
        rolled.vault.user("user " + std::to_string(i));
    }
    rolled.vault.anchor().rule = AnchorRule::both_places;
    refused(rolled.vault, "the log was rewritten: its first ");
}

TEST_CASE("a missing, a damaged and another vault's anchor are each named", "[messages]") {
    Rolled rolled;
    rolled.vault.close();
    const auto text = content(rolled.own());
    fs::remove(rolled.own());
    refused(rolled.vault, "is missing; this vault has had one there since 2027-01-15T08:00:00Z");
    write(rolled.own(), "");
    refused(rolled.vault, "is damaged, or not signed by this vault");
    write(rolled.own(), text.substr(0, text.size() - 1));
    refused(rolled.vault, "is damaged, or not signed by this vault");
    write(rolled.own(), text + std::string(anchor_bytes_max, 'x'));
    refused(rolled.vault, "is damaged, or not signed by this vault");
    {
        TestVault other;
        other.close();
        write(rolled.own(), content(other.data() / "anchor"));
    }
    refused(rolled.vault, "is that of another vault");
    write(rolled.own(), "sv2.anchor\n");
    refused(rolled.vault, "was written by a newer rookery", Errc::newer_format);
    write(rolled.own(), text);
    CHECK(rolled.vault.reopen());
}

TEST_CASE(
    "what nobody may accept is refused when it is to be accepted, and left as it is", "[messages]"
) {
    Rolled rolled;
    rolled.vault.close();
    rolled.vault.anchor().rule = AnchorRule::accept;
    std::string foreign;
    {
        TestVault other;
        other.close();
        foreign = content(other.data() / "anchor");
    }
    rolled.vault.anchor().second = rolled.second();
    write(rolled.second(), foreign);
    refused(rolled.vault, "is that of another vault");
    CHECK(content(rolled.second()) == foreign);
    write(rolled.second(), "sv2.anchor\n");
    refused(rolled.vault, "newer", Errc::newer_format);
}

TEST_CASE(
    "a second place begins with an entry, and then it must be there and be named", "[messages]"
) {
    Rolled rolled;
    CHECK(entries(rolled.vault, audit::Action::anchor_change).empty()
    );  // of a new vault genesis says it
    rolled.serve_with_second_place();
    REQUIRE(rolled.vault.reopen());
    const auto begun = entries(rolled.vault, audit::Action::anchor_change);
    REQUIRE(begun.size() == 1);
    CHECK(extra<std::string>(begun[0], "rky_secondanchoron") == "2027-01-15T08:00:00Z");
    CHECK(extra<std::string>(begun[0], "rky_secondanchoron.before").empty());
    CHECK(status(rolled.vault).anchor == rolled.second().string());
    CHECK(value(verify_store(rolled.vault.vault())).ok());
    REQUIRE(rolled.vault.reopen());
    CHECK(entries(rolled.vault, audit::Action::anchor_change).size() == 1);

    rolled.vault.close();
    rolled.vault.anchor().second.clear();
    refused(rolled.vault, "has had an anchor in a second place since", Errc::usage);
    rolled.vault.anchor().second = rolled.elsewhere.path() / "another";
    refused(rolled.vault, "is missing");
    fs::rename(rolled.second(), rolled.elsewhere.path() / "another");  // moved, as the page says
    CHECK(rolled.vault.reopen());
    // A command without a configuration leaves it alone.
    rolled.vault.close();
    const auto text = content(rolled.elsewhere.path() / "another");
    rolled.vault.anchor() = {};
    REQUIRE(rolled.vault.reopen());
    CHECK(status(rolled.vault).anchor == "in the data directory");
    rolled.vault.close();
    CHECK(content(rolled.elsewhere.path() / "another") == text);
}

TEST_CASE("a second place that cannot be written does not begin", "[messages]") {
    Rolled rolled;
    rolled.vault.close();
    rolled.vault.anchor().rule = AnchorRule::both_places;
    rolled.vault.anchor().second = rolled.elsewhere.path() / "no such folder" / "anchor";
    CHECK(refused(rolled.vault).code == Errc::io);
    rolled.vault.anchor() = {};
    REQUIRE(rolled.vault.reopen());
    CHECK(entries(rolled.vault, audit::Action::anchor_change).empty());
}

TEST_CASE("an older state is accepted with an entry that says what had been there", "[messages]") {
    Rolled rolled;
    rolled.serve_with_second_place();
    REQUIRE(rolled.vault.reopen());
    const auto older = rolled.keep("older");
    REQUIRE(rolled.vault.reopen());
    for (int i = 0; i < 5; ++i) rolled.vault.user("user " + std::to_string(i));
    rolled.vault.close();
    const auto lost = content(rolled.second());
    rolled.put_back(older);
    const auto name = content(rolled.vault.data() / "log.vkey");
    refused(rolled.vault, "are missing");
    CHECK(content(rolled.second()) == lost);

    std::string told;
    rolled.vault.anchor().rule = AnchorRule::accept;
    rolled.vault.anchor().accepted = [&](std::string_view what) { told = what; };
    REQUIRE(rolled.vault.reopen());
    CHECK(told.find("are missing") != std::string::npos);
    const auto accepted = entries(rolled.vault, audit::Action::log_recovered);
    REQUIRE(accepted.size() == 1);
    const auto key = value(merkle::parse_verifier_key(name.substr(0, name.size() - 1)));
    const auto was = read_anchor(lost, rolled.vault.vault().id(), key);
    REQUIRE(was);
    CHECK(extra<std::string>(accepted[0], "anchor") == "entries-missing");
    CHECK(extra<std::uint64_t>(accepted[0], "size") == was->log_size);
    CHECK(extra<std::string>(accepted[0], "time") == to_iso8601(was->time));
    CHECK(extra<Bytes>(accepted[0], "root") == Bytes(was->log_root.begin(), was->log_root.end()));
    CHECK(extra<std::uint64_t>(accepted[0], "keyring") == was->keyring_epoch);
    CHECK(value(verify_store(rolled.vault.vault())).ok());

    rolled.vault.anchor() = {};
    rolled.serve_with_second_place();
    REQUIRE(rolled.vault.reopen());
    CHECK(entries(rolled.vault, audit::Action::log_recovered).size() == 1);
}

TEST_CASE(
    "a lost second place is given up, and an agreeing vault has nothing to accept", "[messages]"
) {
    Rolled rolled;
    rolled.serve_with_second_place();
    REQUIRE(rolled.vault.reopen());
    rolled.vault.close();
    std::string told;
    rolled.vault.anchor().rule = AnchorRule::accept;
    rolled.vault.anchor().accepted = [&](std::string_view what) { told = what; };
    REQUIRE(rolled.vault.reopen());
    CHECK(told.empty());
    CHECK(entries(rolled.vault, audit::Action::anchor_change).size() == 1);
    rolled.vault.close();

    rolled.vault.anchor().second.clear();
    refused(rolled.vault, "and none is named", Errc::usage);  // left out is not given up
    rolled.vault.anchor().give_up_second = true;
    REQUIRE(rolled.vault.reopen());
    CHECK(told.empty());
    const auto ended = entries(rolled.vault, audit::Action::anchor_change);
    REQUIRE(ended.size() == 2);
    CHECK(extra<std::string>(ended[1], "rky_secondanchoron").empty());
    rolled.vault.close();

    rolled.vault.anchor() = {};
    rolled.vault.anchor().rule = AnchorRule::both_places;
    CHECK(rolled.vault.reopen());
    rolled.vault.close();
    fs::remove(rolled.own());
    rolled.vault.anchor().rule = AnchorRule::accept;
    REQUIRE(rolled.vault.reopen());
    const auto accepted = entries(rolled.vault, audit::Action::log_recovered);
    REQUIRE(accepted.size() == 1);
    CHECK(extra<std::string>(accepted[0], "anchor") == "anchor-missing");
}

TEST_CASE(
    "an anchor that cannot be written is in the status, and the vault goes on", "[messages]"
) {
    struct Told {
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<std::string> lines;

        /// Until so many lines were told; a bound for a test that fails.
        bool await(std::size_t count) {
            std::unique_lock lock(mutex);
            return changed.wait_for(lock, std::chrono::seconds{60}, [&] {
                return lines.size() >= count;
            });
        }
    };

    Told told;
    Rolled rolled;
    rolled.vault.close();
    const auto folder = rolled.elsewhere.path() / "volume";
    fs::create_directory(folder);
    rolled.vault.anchor().rule = AnchorRule::both_places;
    rolled.vault.anchor().second = folder / "anchor";
    rolled.vault.anchor().told = [&](std::string_view why) {
        const std::lock_guard lock(told.mutex);
        told.lines.emplace_back(why);
        told.changed.notify_all();
    };
    REQUIRE(rolled.vault.reopen());
    const auto warns = [&] {
        return std::ranges::any_of(status(rolled.vault).warnings, [](const auto& warning) {
            return warning.find("the anchor cannot be written") != std::string::npos;
        });
    };
    CHECK_FALSE(warns());
    fs::remove_all(folder);
    rolled.vault.user("one");
    REQUIRE(told.await(1));
    // At whichever step of a write the folder went.
    CHECK(told.lines[0].find("cannot ") != std::string::npos);
    CHECK(told.lines[0].find(folder.string()) != std::string::npos);
    CHECK(warns());
    rolled.vault.user("two");
    fs::create_directory(folder);
    REQUIRE(told.await(2));
    CHECK(told.lines[1].empty());
    CHECK_FALSE(warns());
    CHECK(rolled.anchor_in(folder / "anchor").log_size > 0);
    rolled.vault.close();
    CHECK(rolled.vault.reopen());
}

TEST_CASE("each thing that an anchor can contradict has a name, in this order", "[messages]") {
    Rolled rolled;
    rolled.vault.user("one");
    const auto view = rolled.vault.vault().view();
    const auto log = value(audit::LogReader::open(view.store(), nullptr));
    ledger::VaultState state;
    state.log_size = log.size();
    state.log_root = log.state().frontier.root();
    state.keyring_epoch = 3;
    const auto& vault = rolled.vault.vault();
    const audit::Handovers handovers;
    const OpenedState opened{
        vault.id(),
        value(merkle::parse_verifier_key(vault.log_verifier_key())),
        state,
        3,
        log,
        handovers,
        {from_ms(0), {}}};
    const auto against = [&](auto change) {
        auto was = state;
        change(was);
        const auto text = sign_anchor(
            anchor_of(vault.id(), vault.origin(), was, from_ms(0)), view.keys().signing
        );
        write(rolled.second(), text);
        const auto found = value(check_anchor({rolled.second(), from_ms(0)}, opened));
        return found ? std::string(found->problem) : std::string{};
    };
    CHECK(against([](auto&) {}).empty());
    CHECK(against([](auto& was) { ++was.log_size; }) == "entries-missing");
    CHECK(against([](auto& was) { was.log_root[0] ^= 1; }) == "log-rewritten");
    CHECK(against([](auto& was) { was.log_size = 1; }) == "log-rewritten");
    CHECK(against([](auto& was) { ++was.keyring_epoch; }) == "keyring-older");
    CHECK(against([](auto& was) { ++was.versionnumber; }) == "rows-older");
    CHECK(against([](auto& was) { --was.keyring_epoch; }).empty());
    const auto earlier = [&](auto& was) {
        was.log_size = 4;
        was.log_root = value(merkle::root_at(4, log));
        ++was.versionnumber;  // rows differ, since the log went on
    };
    CHECK(against(earlier).empty());
    CHECK(against([](auto& was) {
              was.log_size = 0;
              was.log_root = merkle::empty_root();
          }).empty());
    CHECK_FALSE(value(check_anchor({rolled.elsewhere.path() / "none", {}}, opened)));
    const auto link = rolled.elsewhere.path() / "link";
    fs::create_symlink(rolled.second(), link);
    CHECK(check_anchor({link, {}}, opened).error().code == Errc::bad_permissions);
}

namespace {

/// A place elsewhere that a test has its hands on.
class Elsewhere final : public AnchorElsewhere {
 public:
    [[nodiscard]] std::string name() const override { return "elsewhere"; }

    [[nodiscard]] Result<void> put(std::string_view anchor) override {
        const std::lock_guard lock(mutex_);
        if (down) return fail(Errc::io, "the line is cut");
        kept = anchor;
        return {};
    }

    [[nodiscard]] Result<std::string> get() override {
        const std::lock_guard lock(mutex_);
        if (down) return fail(Errc::io, "the line is cut");
        if (kept.empty()) return fail(Errc::not_found, "nothing was put there");
        return kept;
    }

    std::atomic<bool> down{false};
    std::string kept;  // while no vault is open

 private:
    std::mutex mutex_;
};

}  // namespace

TEST_CASE("an anchor that is kept elsewhere finds an older copy of everything", "[messages]") {
    Rolled rolled;
    const auto elsewhere = std::make_shared<Elsewhere>();
    rolled.vault.anchor().rule = AnchorRule::both_places;
    rolled.vault.anchor().elsewhere = elsewhere;
    REQUIRE(rolled.vault.reopen());
    CHECK(status(rolled.vault).anchor == "behind elsewhere");
    const auto older = rolled.keep("older");
    REQUIRE(rolled.vault.reopen());
    rolled.vault.user("one");
    rolled.put_back(older);
    refused(rolled.vault, "the anchor elsewhere is of");
    const auto kept = std::exchange(elsewhere->kept, {});
    refused(rolled.vault, "the anchor elsewhere is missing");
    elsewhere->kept = "something else";
    refused(rolled.vault, "the anchor elsewhere is damaged");
    elsewhere->down = true;
    refused(rolled.vault, "the anchor elsewhere cannot be read: the line is cut", Errc::io);
    elsewhere->down = false;
    elsewhere->kept = kept;
    rolled.vault.anchor().rule = AnchorRule::accept;
    REQUIRE(rolled.vault.reopen());
    rolled.vault.anchor().rule = AnchorRule::both_places;
    CHECK(rolled.vault.reopen());
}

TEST_CASE(
    "a place elsewhere that is down is in the status, and the files are written", "[messages]"
) {
    Rolled rolled;
    const auto elsewhere = std::make_shared<Elsewhere>();
    rolled.vault.anchor().rule = AnchorRule::both_places;
    rolled.vault.anchor().elsewhere = elsewhere;
    REQUIRE(rolled.vault.reopen());
    elsewhere->down = true;
    rolled.vault.user("one");
    const auto size = rolled.vault.vault().view().snapshot().log_size;
    rolled.vault.close();  // which writes once more
    elsewhere->down = false;
    REQUIRE(rolled.vault.reopen());
    CHECK(rolled.vault.vault().view().snapshot().log_size > size);
}

}  // namespace anchor_test
