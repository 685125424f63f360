// The log of an older state that is served again goes on under a new name, and says so to whoever has seen more of it.
#include "vault/new_origin.hpp"

#include "audit/log_reader.hpp"
#include "rookery/verify.hpp"
#include "support/test_vault.hpp"
#include "vault/anchor_check.hpp"
#include "vault/log_archive.hpp"
#include "vault/opening_checks.hpp"
#include "vault/taken_since.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace new_origin_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::Kept;
using rookery::test::TestVault;
using rookery::test::value;

namespace fs = std::filesystem;

namespace {

std::string text_in(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// A vault whose older state was put back: some users are gone, and the anchor knows.
struct Gone {
    Gone() {
        vault.anchor().rule = AnchorRule::both_places;
        vault.anchor().second = second();
        REQUIRE(vault.reopen());
        vault.user("stays");
        keep("older");
        REQUIRE(vault.reopen());
        first_name = vault.vault().origin();
        first_key = vault.vault().log_verifier_key();
        for (int i = 0; i < 5; ++i) vault.user("goes " + std::to_string(i));
        versionnumber = vault.vault().view().snapshot().versionnumber;
        keep("newer");
        REQUIRE(verify("newer", first_key, state_file()).status == VerifyStatus::ok);
        put_back("older");
    }

    [[nodiscard]] fs::path second() const { return elsewhere.path() / "anchor"; }

    [[nodiscard]] fs::path state_file() const { return elsewhere.path() / "seen.checkpoint"; }

    void keep(const std::string& name) {
        vault.close();
        fs::copy(vault.data(), elsewhere.path() / name, fs::copy_options::recursive);
    }

    void put_back(const std::string& name) {
        vault.close();
        fs::remove_all(vault.data());
        fs::copy(elsewhere.path() / name, vault.data(), fs::copy_options::recursive);
        fs::permissions(vault.data(), fs::perms::owner_all);
    }

    void accept() {
        vault.anchor().rule = AnchorRule::accept;
        REQUIRE(vault.reopen());
    }

    /// Of what is kept under this name, or of the vault.
    VerifyReport verify(
        const std::string& name, const std::string& key, const fs::path& state = {}
    ) {
        VerifyOptions options;
        options.verifier_key = key;
        options.state_file = state;
        return verify_log(name.empty() ? vault.data() : elsewhere.path() / name, options);
    }

    std::vector<audit::Event> entries(audit::Action action) {
        const auto view = vault.vault().view();
        const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
        std::vector<audit::Event> out;
        for (std::uint64_t index = 0; index < reader.size(); ++index) {
            auto record = value(reader.read(index, audit::Sections::core));
            if (record.event.action == action) out.push_back(std::move(record.event));
        }
        return out;
    }

    test::TemporaryFolder elsewhere;
    TestVault vault{Kept::on_disk};
    std::string first_name;
    std::string first_key;
    std::uint64_t versionnumber = 0;
};

template <class T>
T extra_of(const audit::Event& event, std::string_view key) {
    const auto found =
        std::ranges::find_if(event.extras, [&](const auto& one) { return one.first == key; });
    REQUIRE(found != event.extras.end());
    return std::get<T>(found->second);
}

}  // namespace

TEST_CASE("an older state that is accepted goes on under a new name of the log", "[messages]") {
    Gone gone;
    REQUIRE_FALSE(gone.vault.reopen());
    gone.accept();
    const auto name = gone.vault.vault().origin();
    CHECK(name == audit::next_origin(gone.first_name, gone.vault.clock().now()));
    const auto told = gone.entries(audit::Action::log_key_change);
    REQUIRE(told.size() == 1);
    CHECK(told[0].node == name);
    CHECK(extra_of<std::string>(told[0], "from") == gone.first_name);
    CHECK(extra_of<std::string>(told[0], "to") == name);
    CHECK(extra_of<std::string>(told[0], "vkey") == gone.vault.vault().log_verifier_key());
    CHECK(extra_of<std::uint64_t>(told[0], "seen") > extra_of<std::uint64_t>(told[0], "size"));
    // No number of a change comes again.
    CHECK(gone.vault.vault().view().snapshot().versionnumber > gone.versionnumber);
    CHECK(value(verify_store(gone.vault.vault())).ok());

    // And once: the next openings have nothing to tell.
    gone.vault.anchor().rule = AnchorRule::both_places;
    REQUIRE(gone.vault.reopen());
    gone.vault.user("comes");
    REQUIRE(gone.vault.reopen());
    CHECK(gone.vault.vault().origin() == name);
    CHECK(gone.entries(audit::Action::log_key_change).size() == 1);
    CHECK(value(verify_store(gone.vault.vault())).ok());
}

TEST_CASE("a reviewer with the old key and the old checkpoint learns the new name", "[messages]") {
    Gone gone;
    gone.accept();
    gone.vault.user("comes");
    const auto new_key = gone.vault.vault().log_verifier_key();
    gone.vault.close();
    for (const auto& key : {gone.first_key, new_key}) {
        const auto copy = gone.elsewhere.path() / "copy.checkpoint";
        fs::copy_file(gone.state_file(), copy, fs::copy_options::overwrite_existing);
        const auto report = gone.verify("", key, copy);
        INFO(report.problem);
        for (const auto& finding : report.findings) UNSCOPED_INFO(finding.what);
        CHECK(report.status == VerifyStatus::ok);
        REQUIRE(report.handovers.size() == 1);
        CHECK(report.handovers[0].find("happened and are not in this log") != std::string::npos);
        // From now on the new name is what is compared.
        CHECK(text_in(copy) == report.newest_checkpoint);
        CHECK(gone.verify("", key, copy).status == VerifyStatus::ok);
    }
}

TEST_CASE("a hand-over that knows less than a reviewer saw is a finding", "[messages]") {
    Gone gone;
    // The anchor of before is older than what was seen.
    fs::remove(gone.second());
    gone.vault.anchor() = {};
    gone.vault.anchor().rule = AnchorRule::accept;
    gone.vault.anchor().give_up_second = true;
    gone.vault.anchor().new_origin.emplace();
    REQUIRE(gone.vault.reopen());
    gone.vault.close();
    const auto report = gone.verify("", gone.first_key, gone.state_file());
    CHECK(report.status == VerifyStatus::tampering);
    REQUIRE(report.findings.size() == 1);
    CHECK(
        report.findings[0].what.find("were seen before, and the hand-over knows of") !=
        std::string::npos
    );
}

TEST_CASE("a log whose hand-over was taken away or edited does not open", "[messages]") {
    Gone gone;
    gone.accept();
    gone.vault.close();
    gone.vault.anchor().rule = AnchorRule::both_places;
    const auto key = [&] {
        const auto store = gone.vault.store();
        const auto view = store->view();
        const auto rows = view->scan(
            {storage::Family::log, std::string(1, '\x04'), std::string(1, '\x05')},
            storage::Order::ascending
        );
        REQUIRE(rows->valid());
        return std::pair{std::string(rows->key()), std::string(rows->value())};
    }();
    const auto write = [&](const std::string* note) {
        const auto store = gone.vault.store();
        const auto commit = store->begin();
        if (note != nullptr) {
            commit->put(storage::Family::log, key.first, *note);
        } else {
            commit->remove(storage::Family::log, key.first);
        }
        REQUIRE(commit->write());
    };
    write(nullptr);
    CHECK_FALSE(gone.vault.reopen());
    CHECK(gone.verify("", gone.first_key).status == VerifyStatus::other_log);
    auto edited = key.second;
    edited.replace(edited.find("seen "), 6, "seen 9");
    write(&edited);
    CHECK_FALSE(gone.vault.reopen());
    write(&key.second);
    CHECK(gone.vault.reopen());
}

TEST_CASE("a hand-over that was cut off before log.vkey is completed", "[messages]") {
    Gone gone;
    const auto before = text_in(gone.vault.data() / "log.vkey");
    gone.accept();
    const auto name = gone.vault.vault().origin();
    gone.vault.close();
    {
        std::ofstream file(gone.vault.data() / "log.vkey", std::ios::binary | std::ios::trunc);
        file << before;
    }
    gone.vault.anchor().rule = AnchorRule::both_places;
    REQUIRE(gone.vault.reopen());
    CHECK(gone.vault.vault().origin() == name);
    CHECK(gone.entries(audit::Action::log_key_change).size() == 1);
    gone.vault.close();
    CHECK(text_in(gone.vault.data() / "log.vkey").starts_with(name + "+"));
}

TEST_CASE("a second hand-over goes on from the first", "[messages]") {
    Gone gone;
    gone.accept();
    const auto second_name = gone.vault.vault().origin();
    gone.keep("again");
    gone.vault.anchor().rule = AnchorRule::both_places;
    REQUIRE(gone.vault.reopen());
    gone.vault.user("goes again");
    gone.put_back("again");
    REQUIRE_FALSE(gone.vault.reopen());
    gone.vault.clock().advance(std::chrono::seconds{1});
    gone.accept();
    CHECK(gone.vault.vault().origin() != second_name);
    CHECK(gone.entries(audit::Action::log_key_change).size() == 2);
    CHECK(value(verify_store(gone.vault.vault())).ok());
    gone.vault.close();
    const auto report = gone.verify("", gone.first_key, gone.state_file());
    for (const auto& finding : report.findings) UNSCOPED_INFO(finding.what);
    CHECK(report.status == VerifyStatus::ok);
    CHECK(report.handovers.size() == 2);
}

TEST_CASE("an anchor of before a hand-over agrees as far as the hand-over knows", "[messages]") {
    Gone gone;
    const auto lost = text_in(gone.second());
    gone.accept();
    gone.vault.close();
    gone.vault.anchor().rule = AnchorRule::both_places;
    const auto put = [&](const std::string& text) {
        std::ofstream file(gone.second(), std::ios::binary | std::ios::trunc);
        file << text;
    };
    put(lost);
    CHECK(gone.vault.reopen());
    const auto& vault = gone.vault.vault();
    const auto key = value(merkle::parse_verifier_key(gone.first_key));
    auto beyond = *read_anchor(lost, vault.id(), key);
    ++beyond.log_size;
    const auto text = sign_anchor(beyond, vault.view().keys().signing);
    gone.vault.close();
    put(text);
    const auto opened = gone.vault.reopen();
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message.find("of the log are missing") != std::string::npos);
}

namespace {

/// A credential of then, which was revoked in the newer state that is gone.
struct Revived : Gone {
    static Uuid make_credential(TestVault& vault) {
        messages::CreateCredential message;
        message.user = vault.user("holder");
        message.name = "of then";
        message.lifetime = std::chrono::hours{24};
        return vault.run_as_system<CredentialReply>(Message{std::move(message)}).credential;
    }

    Revived() {
        put_back("older");
        vault.anchor() = {};
        vault.anchor().rule = AnchorRule::accept;
        vault.anchor().second = second();
        vault.anchor().new_origin.emplace();
        REQUIRE(vault.reopen());
        credential = make_credential(vault);
        vault.close();
        vault.clock().advance(std::chrono::seconds{2});
        vault.anchor() = {};
        vault.anchor().rule = AnchorRule::both_places;
        vault.anchor().second = second();
        REQUIRE(vault.reopen());
        keep("with it");
        REQUIRE(vault.reopen());
        vault.run_as_system<NoContent>(Message{RevokeCredential{credential}});
        put_back("with it");
        REQUIRE_FALSE(vault.reopen());
    }

    [[nodiscard]] bool is_valid() {
        const auto view = vault.vault().view();
        const auto* found = view.facts().credential(credential);
        REQUIRE(found != nullptr);
        return !found->revoked;
    }

    Uuid credential;
};

}  // namespace

TEST_CASE("with an older state that is accepted every credential of then ends", "[messages]") {
    Revived revived;
    revived.accept();
    CHECK_FALSE(revived.is_valid());
    const auto told = revived.entries(audit::Action::log_recovered);
    REQUIRE_FALSE(told.empty());
    CHECK(extra_of<std::string>(told.back(), "credentials") == "revoked");
    CHECK(revived.entries(audit::Action::credential_revoke).size() == 1);
    CHECK(value(verify_store(revived.vault.vault())).ok());
}

TEST_CASE("whoever keeps the credentials of an older state says so on the log", "[messages]") {
    Revived revived;
    revived.vault.anchor().new_origin.emplace();
    revived.vault.anchor().new_origin->reason = "a test keeps them";
    revived.accept();
    CHECK(revived.is_valid());
    CHECK(
        extra_of<std::string>(
            revived.entries(audit::Action::log_recovered).back(), "credentials"
        ) == "kept"
    );
    CHECK(
        extra_of<std::string>(revived.entries(audit::Action::log_key_change).back(), "reason") ==
        "a test keeps them"
    );
}

TEST_CASE(
    "an acceptance that was cut off behind the hand-over ends the credentials at the next opening",
    "[messages]"
) {
    Revived revived;
    auto& vault = revived.vault;
    // What begin_new_origin has written when the process ends behind it.
    vault.anchor().new_origin.emplace();
    revived.accept();
    const auto keys = vault.vault().view().snapshot().keys;
    const auto id = vault.vault().id();
    revived.put_back("with it");
    audit::Handover handover;
    {
        const auto store = vault.store();
        const auto log = value(audit::LogReader::open(store->view(), nullptr));
        const auto state = value(read_state(*store->view(), keys->authenticator));
        const auto before =
            value(audit::read_handovers(*store->view(), keys->signing.public_key()));
        handover.vault = id;
        handover.from = before.all().back().to;
        handover.size = handover.seen_size = state.log_size;
        handover.root = handover.seen_root = state.log_root;
        handover.time = std::chrono::floor<std::chrono::seconds>(vault.clock().now());
        handover.to = audit::next_origin(before.all().front().from, handover.time);
        // The attempt of the opening that was refused is beyond the state, as any sealed vault's.
        const auto commit = store->begin();
        commit->put(
            storage::Family::log,
            audit::handover_key(handover.size),
            audit::sign_handover(handover, keys->signing)
        );
        REQUIRE(commit->write());
    }
    fs::remove(revived.second());
    fs::copy_file(vault.data() / "anchor", revived.second());
    vault.anchor() = {};
    vault.anchor().rule = AnchorRule::both_places;
    vault.anchor().second = revived.second();
    REQUIRE(vault.reopen());
    CHECK(vault.vault().origin() == handover.to);
    CHECK_FALSE(revived.is_valid());
    CHECK(value(verify_store(vault.vault())).ok());
}

TEST_CASE("a newer log proves that it goes on from a backup", "[messages]") {
    Gone gone;
    gone.vault.anchor() = {};
    gone.vault.anchor().give_up_second = true;
    gone.vault.anchor().new_origin.emplace();
    gone.accept();
    const auto view = gone.vault.vault().view();
    const auto reader = value(audit::LogReader::open(view.store(), nullptr));
    const auto key = value(merkle::parse_verifier_key(gone.first_key));
    const auto root = value(merkle::root_at(5, reader));
    const auto archive = value(LogArchive::open(gone.elsewhere.path() / "newer", key, 5, root));
    CHECK(archive.size() > 5);
    const auto taken = value(taken_since(archive, view.keys().details));
    CHECK(taken.credentials.empty());
    CHECK(taken.users.empty());
    CHECK_FALSE(taken.from_many);
    CHECK(taken.orderly);
    auto other = root;
    other[0] ^= 1U;
    CHECK_FALSE(LogArchive::open(gone.elsewhere.path() / "newer", key, 5, other));
    CHECK_FALSE(LogArchive::open(gone.elsewhere.path() / "newer", key, archive.size() + 1, root));
    const auto new_key = value(merkle::parse_verifier_key(gone.vault.vault().log_verifier_key()));
    CHECK_FALSE(LogArchive::open(gone.elsewhere.path() / "newer", new_key, 5, root));
}

}  // namespace new_origin_test
