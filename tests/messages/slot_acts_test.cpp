// The ways into an open vault are listed, tried, added and removed by whoever may, with a way that there is; every attempt is on
// the log before anybody hears of it, and the files are at every moment those of a vault that opens.
#include "vault/slot_acts.hpp"

#include "audit/log_reader.hpp"
#include "crypto/key_file.hpp"
#include "crypto/share_slot.hpp"
#include "crypto/slot_kinds.hpp"
#include "support/brought.hpp"
#include "support/test_vault.hpp"
#include "vault/slot_change.hpp"
#include "vault/verify_store.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace slot_acts_test {

using namespace rookery;
using namespace rookery::messages;
using namespace std::chrono_literals;
using rookery::test::brought;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

namespace fs = std::filesystem;
using audit::Action;
using audit::Outcome;

std::string bytes_in(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string text_in(const SecretBytes& secret) {
    return secret.expose([](ByteView bytes) { return std::string(text_of(bytes)); });
}

BroughtSecret shared(crypto::BroughtWay way) {
    return std::make_shared<crypto::BroughtWay>(std::move(way));
}

/// A key of 64 hex digits, the same for the same letter.
std::string key_of(char digit) { return std::string(64, digit); }

/// A vault on the disk that root.key opens, and a security administrator.
struct OpenVault {
    OpenVault() : vault(test::Kept::on_disk) {
        const auto ada = vault.user("ada");
        vault.associate(
            "systemuserroles_association",
            ada,
            vault.role("keys", {"prvrkyManageKeys"}, schema::Depth::global)
        );
        admin = TestVault::caller(ada);
    }

    [[nodiscard]] crypto::BroughtWay root() const {
        return brought(
            "KeyFile", text_in(crypto::key_text(value(crypto::read_key_file(vault.key_file()))))
        );
    }

    Result<SlotActReply> run(const Message& message) {
        vault.clock().advance(1s);
        return vault.run<SlotActReply>(admin, message);
    }

    Result<SlotActReply> test(crypto::BroughtWay way) {
        TestRootKeySlot message;
        message.opens = shared(std::move(way));
        return run(std::move(message));
    }

    Result<SlotActReply> add(crypto::BroughtWay fresh, const std::string& label = {}) {
        return run(adding(root(), std::move(fresh), label));
    }

    static AddRootKeySlot adding(
        crypto::BroughtWay opens, crypto::BroughtWay fresh, const std::string& label = {}
    ) {
        AddRootKeySlot message;
        message.opens = shared(std::move(opens));
        message.fresh = shared(std::move(fresh));
        message.label = label;
        return message;
    }

    Result<SlotActReply> remove(crypto::BroughtWay way, std::uint16_t slot, bool used = false) {
        RemoveRootKeySlot message;
        message.opens = shared(std::move(way));
        message.slot = slot;
        message.used = used;
        return run(std::move(message));
    }

    std::vector<KnownSlot> slots() {
        return value(vault.run<RootKeySlotsReply>(admin, RetrieveRootKeySlots{})).slots;
    }

    /// Closes it, and opens it as a sealed server would.
    Result<std::unique_ptr<Vault>> opened_with(crypto::BroughtWay way) {
        vault.close();
        auto offer = crypto::offer_of(std::move(way), {});
        if (!offer) return fail(offer.error());
        return Vault::open(
            vault.options(), Unsealing(std::move(*offer)), vault.clock(), vault.random()
        );
    }

    std::vector<audit::Event> entries(Action action) {
        std::vector<audit::Event> out;
        const auto view = vault.vault().view();
        const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
        for (std::uint64_t i = 0; i < reader.size(); ++i) {
            auto event = value(reader.read(i, audit::Sections::core_and_priv)).event;
            if (event.action == action) out.push_back(std::move(event));
        }
        return out;
    }

    std::vector<Outcome> outcomes(Action action) {
        std::vector<Outcome> out;
        for (const auto& event : entries(action)) out.push_back(event.outcome);
        return out;
    }

    [[nodiscard]] std::string files() const {
        return bytes_in(vault.data() / "slots") + bytes_in(vault.data() / "keyring");
    }

    TestVault vault;
    access::Caller admin;
};

}  // namespace

TEST_CASE("the ways into an open vault are listed without a secret", "[messages]") {
    OpenVault open;
    REQUIRE(open.add(brought("NewShares", "2/3"), "board"));
    const auto slots = open.slots();
    REQUIRE(slots.size() == 2);
    CHECK(slots[0].kind == "key file");
    CHECK(slots[1].id == 2);
    CHECK(slots[1].label == "board");
    CHECK(slots[1].details.find("any 2 of 3 shares of the set ") == 0);
    CHECK_FALSE(slots[0].opened);  // the vault was made just now
    REQUIRE(open.vault.reopen());
    CHECK(open.slots()[0].opened);
    CHECK_FALSE(open.slots()[1].opened);
}

TEST_CASE("a way is tried without changing anything but the log", "[messages]") {
    OpenVault open;
    REQUIRE(open.add(brought("KeyFile", key_of('a')), "spare"));
    const auto before = open.files();
    const auto found = value(open.test(brought("KeyFile", key_of('A'))));
    CHECK(found.slot.id == 2);
    CHECK(found.slot.label == "spare");
    CHECK(found.shares.empty());
    CHECK(open.test(brought("KeyFile", key_of('b'))).error().code == Errc::access_denied);
    CHECK(open.test(brought("Credential", key_of('a'))).error().code == Errc::access_denied);
    CHECK(open.test(brought("KeyFile", "no key")).error().code == Errc::invalid_argument);
    CHECK(open.test(brought("TokenPin", "1234")).error().code == Errc::unsupported);
    CHECK(open.files() == before);
    using enum Outcome;
    CHECK(
        open.outcomes(Action::slot_test) ==
        std::vector{intent, success, intent, denied, intent, denied, intent, failed, intent, failed}
    );
    const auto told = open.entries(Action::slot_test);
    CHECK(told[1].actor.id == to_string(open.admin.user));
    CHECK(told[1].correlation == told[0].correlation);
    CHECK(told[3].reason == audit::Reason::bad_credential);
    // Nothing of what was brought is in any of them.
    for (const auto& event : told) {
        for (const auto& [name, extra] : event.extras) {
            const auto* text = std::get_if<std::string>(&extra);
            CHECK((text == nullptr || text->find("no key") == std::string::npos));
        }
        CHECK(event.priv.error_detail.empty());
    }
}

TEST_CASE("a way that was added to an open vault opens it, and the log says who", "[messages]") {
    OpenVault open;
    const auto epoch = open.vault.vault().view().keys().keyring.epoch();
    const auto added = value(open.add(brought("KeyFile", key_of('c')), "third floor"));
    CHECK(added.slot.id == 2);
    CHECK(added.set == 2);
    CHECK(added.keyring_epoch == epoch + 1);
    CHECK(open.vault.vault().view().keys().keyring.epoch() == epoch + 1);
    const auto told = open.entries(Action::slot_add);
    REQUIRE(told.size() == 3);
    CHECK(told[0].outcome == Outcome::intent);
    CHECK(told[1].outcome == Outcome::intent);
    CHECK(told[2].outcome == Outcome::success);
    for (const auto& event : told) {
        CHECK(event.actor.id == to_string(open.admin.user));
        CHECK(event.correlation == told[0].correlation);
        CHECK(event.rule);
    }
    CHECK(open.add(brought("KeyFile", key_of('c'))).error().code == Errc::duplicate_key);
    const auto vault = value(open.opened_with(brought("KeyFile", key_of('c'))));
    CHECK(value(verify_store(*vault)).ok());
}

TEST_CASE(
    "shares that an open vault makes are given out once, and any of them open it", "[messages]"
) {
    OpenVault open;
    const auto added = value(open.add(brought("NewShares", "2/3")));
    REQUIRE(added.shares.size() == 3);
    const auto first = text_in(added.shares[0]);
    const auto third = text_in(added.shares[2]);
    CHECK(value(open.test(brought({{"Shares", first}, {"Shares", third}}))).slot.id == 2);
    CHECK(open.test(brought("Shares", first)).error().code == Errc::access_denied);
    CHECK(open.add(brought("NewShares", "3/2")).error().code == Errc::invalid_argument);
    CHECK(open.opened_with(brought({{"Shares", third}, {"Shares", first}})));
}

TEST_CASE("two kinds that are brought together are one way", "[messages]") {
    OpenVault open;
    const auto both = [] {
        return brought(
            {{"KeyFile", key_of('d')},
             {"Credential", key_of('e')},
             {"CredentialName", "rookery-key"}}
        );
    };
    CHECK(value(open.add(both())).slot.kind == "pair");
    CHECK(open.test(brought("KeyFile", key_of('d'))).error().code == Errc::access_denied);
    CHECK(open.opened_with(brought({{"Credential", key_of('e')}, {"KeyFile", key_of('d')}})));
}

TEST_CASE("a way that was removed from an open vault opens it no more", "[messages]") {
    OpenVault open;
    CHECK(open.remove(open.root(), 1).error().code == Errc::bad_state);
    CHECK(open.remove(open.root(), 1, true).error().code == Errc::bad_state);  // the last one
    REQUIRE(open.add(brought("KeyFile", key_of('f'))));
    CHECK(open.remove(open.root(), 7).error().code == Errc::not_found);
    CHECK(open.remove(open.root(), 1).error().code == Errc::bad_state);  // that was brought
    CHECK(open.remove(brought("KeyFile", key_of('0')), 1).error().code == Errc::access_denied);
    CHECK(open.slots().size() == 2);
    const auto gone = value(open.remove(brought("KeyFile", key_of('f')), 1));
    CHECK(gone.slot.id == 1);
    CHECK(open.slots().size() == 1);
    const auto root = open.root();
    CHECK(open.test(open.root()).error().code == Errc::access_denied);
    CHECK(open.opened_with(open.root()).error().code == Errc::wrong_secret);
    CHECK(open.opened_with(brought("KeyFile", key_of('f'))));
}

TEST_CASE("the way that was brought is removed when that is said", "[messages]") {
    OpenVault open;
    REQUIRE(open.add(brought("KeyFile", key_of('f'))));
    CHECK(open.remove(open.root(), 1, true));
    CHECK(open.opened_with(open.root()).error().code == Errc::wrong_secret);
}

TEST_CASE(
    "one attempt at the ways in is taken a second, and the others are on the log", "[messages]"
) {
    OpenVault open;
    REQUIRE(open.test(open.root()));
    TestRootKeySlot at_once;
    at_once.opens = shared(open.root());
    CHECK(
        open.vault.run<SlotActReply>(open.admin, Message{std::move(at_once)}).error().code ==
        Errc::rate_limited
    );
    CHECK(open.test(open.root()));
    const auto told = open.entries(Action::slot_test);
    REQUIRE(told.size() == 6);
    CHECK(told[3].outcome == Outcome::denied);
    CHECK(told[3].reason == audit::Reason::rate_limited);
}

TEST_CASE("who may not manage keys neither sees, tries nor changes a way in", "[messages]") {
    OpenVault open;
    const auto stranger = TestVault::caller(open.vault.user("agent"));
    const auto before = open.files();
    const auto denied = [&](const Message& message) {
        auto receipt = open.vault.vault().run(stranger, message);
        if (!receipt) return receipt.error().code == Errc::missing_privilege;
        const auto reply = take_reply(std::move(*receipt));
        return !reply && reply.error().code == Errc::missing_privilege;
    };
    TestRootKeySlot test;
    test.opens = shared(open.root());
    RemoveRootKeySlot remove;
    remove.opens = shared(open.root());
    remove.slot = 1;
    remove.used = true;
    CHECK(denied(Message{RetrieveRootKeySlots{}}));
    CHECK(denied(Message{std::move(test)}));
    CHECK(denied(Message{OpenVault::adding(open.root(), brought("KeyFile", key_of('a')))}));
    CHECK(denied(Message{std::move(remove)}));
    CHECK(denied(Message{Seal{}}));
    CHECK(open.files() == before);
    for (const auto action :
         {Action::slot_test, Action::slot_add, Action::slot_remove, Action::sealed}) {
        const auto told = open.entries(action);
        REQUIRE(told.size() == 1);
        CHECK(told[0].outcome == Outcome::denied);
        CHECK(told[0].actor.id == to_string(stranger.user));
    }
    // And nobody without the way has a turn of those who have one.
    CHECK(open.test(open.root()));
}

TEST_CASE("slots that were put back under an open vault are never made its own", "[messages]") {
    OpenVault open;
    const auto old = bytes_in(open.vault.data() / "slots");
    REQUIRE(open.add(brought("KeyFile", key_of('a'))));
    REQUIRE(open.remove(brought("KeyFile", key_of('a')), 1));
    const auto good = bytes_in(open.vault.data() / "slots");
    const auto put = [&](const std::string& bytes) {
        std::ofstream(open.vault.data() / "slots", std::ios::binary) << bytes;
    };
    put(old);
    CHECK(open.test(open.root()).error().code == Errc::integrity);
    CHECK(open.add(brought("KeyFile", key_of('b'))).error().code == Errc::integrity);
    CHECK(bytes_in(open.vault.data() / "slots") == old);
    put(good);
    CHECK(open.run(
        OpenVault::adding(brought("KeyFile", key_of('a')), brought("KeyFile", key_of('b')))
    ));
}

TEST_CASE("a change of an open vault that ends between its two files is finished", "[messages]") {
    OpenVault open;
    REQUIRE(open.add(brought("KeyFile", key_of('a')), "spare"));
    // The keyring cannot be replaced: what it is written to first is in the way.
    const auto in_the_way = open.vault.data() / "keyring.new";
    fs::create_directory(in_the_way);
    CHECK(open.remove(brought("KeyFile", key_of('a')), 1).error().code == Errc::unavailable);
    const auto told = open.entries(Action::slot_remove);
    REQUIRE(told.size() == 3);
    CHECK(told[2].outcome == Outcome::failed);
    fs::remove(in_the_way);

    SECTION("by the next opening, as after a crash") {
        CHECK(open.opened_with(open.root()).error().code == Errc::wrong_secret);
        const auto vault = value(open.opened_with(brought("KeyFile", key_of('a'))));
        CHECK(value(verify_store(*vault)).ok());
    }
    SECTION("by the next change of the vault that stayed open") {
        const auto added = value(open.run(
            OpenVault::adding(brought("KeyFile", key_of('a')), brought("KeyFile", key_of('b')))
        ));
        CHECK(added.set == 4);
        CHECK(open.slots().size() == 2);
        CHECK(open.opened_with(open.root()).error().code == Errc::wrong_secret);
        CHECK(open.opened_with(brought("KeyFile", key_of('b'))));
    }
    SECTION("after a change of the keyring that came between") {
        REQUIRE(open.vault.vault().change_keyring(
            [&](const crypto::Keyring& ring) {
                return ring.with_new_key(
                    crypto::Purpose::record_kek, open.vault.random(), open.vault.clock().now()
                );
            },
            {}
        ));
        CHECK(open.opened_with(open.root()).error().code == Errc::wrong_secret);
        CHECK(open.opened_with(brought("KeyFile", key_of('a'))));
    }
}

TEST_CASE("keys move while the ways in change, and both stay", "[messages]") {
    OpenVault open;
    const auto new_key = [&](const crypto::Keyring& ring) {
        return ring.with_new_key(
            crypto::Purpose::record_kek, open.vault.random(), open.vault.clock().now()
        );
    };
    REQUIRE(open.vault.vault().change_keyring(new_key, {}));
    REQUIRE(open.add(brought("KeyFile", key_of('a'))));
    const auto keys = open.vault.vault().view().keys().keyring.entries().size();
    const auto vault = value(open.opened_with(brought("KeyFile", key_of('a'))));
    CHECK(vault->view().keys().keyring.entries().size() == keys);
    CHECK(vault->view().keys().keyring.slot_set() == 2);
}

TEST_CASE("a vault with one way in is told to have a second one", "[messages]") {
    TestVault other;
    const test::TemporaryFolder folder;
    auto options = other.options();
    options.data = folder.path() / "data";
    const auto first = folder.path() / "first.key";
    const auto vault = value(Vault::create(
        std::move(options),
        VaultKind::production,
        Unsealing(crypto::key_file_offer(first)),
        other.clock(),
        other.random()
    ));
    const auto due = [&] {
        auto receipt = value(vault->run(vault->system(), Message{RetrieveKeyStatus{}}));
        return value(take_reply_as<KeyStatusReply>(std::move(receipt))).due;
    };
    REQUIRE(due().size() == 1);
    CHECK(due().front().find("there is one way into the vault, key file: ") == 0);
    auto change = value(SlotChange::begin(*vault, Unsealing(crypto::key_file_offer(first))));
    REQUIRE(change.add(*crypto::key_file_offer(folder.path() / "second.key"), "second"));
    CHECK(due().empty());
}

}  // namespace slot_acts_test
