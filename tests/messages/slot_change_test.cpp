// Ways into a vault come and go, and the root key is drawn anew: at every moment something opens the files that lie
// on the disk, and what was cut off is finished by the next opening.
#include "vault/slot_change.hpp"

#include "audit/log_reader.hpp"
#include "crypto/key_file_slot.hpp"
#include "support/test_vault.hpp"
#include "vault/drill.hpp"
#include "vault/verify_store.hpp"

#include <fstream>
#include <iterator>

namespace slot_change_test {

using namespace rookery;
using namespace rookery::messages;
using rookery::test::TestVault;
using rookery::test::value;

namespace {

namespace fs = std::filesystem;

using Ids = std::vector<std::uint16_t>;

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<audit::Event> entries(const Vault& vault, audit::Action action) {
    std::vector<audit::Event> out;
    const auto view = vault.view();
    const auto reader = value(audit::LogReader::open(view.store(), &view.keys().details));
    for (std::uint64_t i = 0; i < reader.size(); ++i) {
        auto event = value(reader.read(i, audit::Sections::core)).event;
        if (event.action == action) out.push_back(std::move(event));
    }
    return out;
}

template <class T>
T extra(const audit::Event& event, std::string_view name) {
    for (const auto& [key, found] : event.extras) {
        if (key == name) return std::get<T>(found);
    }
    FAIL("no extra " << name);
    return {};
}

std::vector<crypto::Slot> slots_in(const fs::path& data) {
    const auto directory = value(DataDirectory::open(data));
    return value(crypto::RootSlots::parse(value(directory.read_slots()), directory.identity().id))
        .slots();
}

Ids ids_in(const fs::path& data) {
    Ids out;
    for (const auto& slot : slots_in(data)) out.push_back(slot.id);
    return out;
}

/// A vault on the disk with two key files, whose directory can be taken as it is after each file of a change.
struct Scene {
    Scene() : vault(test::Kept::on_disk) {
        auto change = begin();
        REQUIRE(change.add(*key("spare"), "spare"));
    }

    [[nodiscard]] std::unique_ptr<crypto::SlotOffer> key(const std::string& name) const {
        if (name == "root") return crypto::key_file_offer(vault.key_file());
        return crypto::key_file_offer(folder.path() / (name + ".key"));
    }

    SlotChange begin(SlotChange::Step step = {}) {
        return value(SlotChange::begin(vault.vault(), Unsealing(key("root")), std::move(step)));
    }

    /// After every file a copy of the directory is taken: what a machine that stops there leaves.
    SlotChange::Step taking_copies() {
        return [this]() -> Result<void> {
            fs::copy(vault.data(), copy(++copies), fs::copy_options::recursive);
            return {};
        };
    }

    [[nodiscard]] fs::path copy(int number) const {
        return folder.path() / ("copy" + std::to_string(number));
    }

    /// Opens a copy of the copy, and opens it once more when it opened.
    Result<std::unique_ptr<Vault>> open(int number, const std::string& name) {
        data = folder.path() / ("opened" + std::to_string(++opened));
        fs::copy(copy(number), data, fs::copy_options::recursive);
        return open_again(name);
    }

    Result<std::unique_ptr<Vault>> open_again(const std::string& name) {
        VaultOptions options;
        options.data = data;
        options.monotonic = [this] { return vault.clock().now().time_since_epoch(); };
        options.space_of = [](const auto&) {
            return storage::Space{std::uintmax_t{1} << 40, std::uintmax_t{1} << 40};
        };
        return Vault::open(std::move(options), Unsealing(key(name)), vault.clock(), random);
    }

    TestVault vault;
    test::TemporaryFolder folder;
    SystemRandom random;
    fs::path data;  // of the last opening
    int copies = 0;
    int opened = 0;
};

}  // namespace

TEST_CASE("a way that was added opens, and its entry says which and who made it", "[messages]") {
    Scene scene;
    const auto epoch = scene.vault.vault().view().keys().keyring.epoch();
    auto change = scene.begin();
    CHECK(value(change.add(*scene.key("third"), "the board's")) == 3);
    CHECK(scene.vault.vault().view().keys().keyring.epoch() == epoch + 1);
    const auto told = entries(scene.vault.vault(), audit::Action::slot_add);
    REQUIRE(told.size() == 4);
    CHECK(told[2].outcome == audit::Outcome::intent);
    CHECK(told[3].outcome == audit::Outcome::success);
    CHECK(told[2].correlation == told[3].correlation);
    CHECK(extra<std::uint64_t>(told[3], "slot") == 3);
    CHECK(extra<std::uint64_t>(told[3], "set") == 3);
    CHECK(extra<std::string>(told[3], "kind") == "key file");
    CHECK(extra<std::string>(told[3], "label") == "the board's");
    scene.vault.close();
    fs::copy(scene.vault.data(), scene.copy(1), fs::copy_options::recursive);
    for (const auto* name : {"root", "spare", "third"}) {
        const auto opened = scene.open(1, name);
        REQUIRE(opened);
        CHECK(value(verify_store(**opened)).ok());
    }
}

TEST_CASE("a way that was removed opens no more, and the last one stays", "[messages]") {
    Scene scene;
    auto change = scene.begin();
    REQUIRE(change.remove(1));
    const auto told = entries(scene.vault.vault(), audit::Action::slot_remove);
    REQUIRE(told.size() == 2);
    CHECK(told[1].outcome == audit::Outcome::success);
    CHECK(extra<std::uint64_t>(told[1], "slot") == 1);
    CHECK(change.remove(2).error().code == Errc::bad_state);
    CHECK(change.remove(1).error().code == Errc::not_found);
    CHECK(change.remove(7).error().code == Errc::not_found);
    CHECK(entries(scene.vault.vault(), audit::Action::slot_remove).size() == 2);
    scene.vault.close();
    fs::copy(scene.vault.data(), scene.copy(1), fs::copy_options::recursive);
    CHECK(scene.open(1, "root").error().code == Errc::wrong_secret);
    CHECK(scene.open(1, "spare"));
}

TEST_CASE("a change of the slots that is cut off behind either file is finished", "[messages]") {
    Scene scene;
    auto change = scene.begin(scene.taking_copies());
    REQUIRE(change.add(*scene.key("third"), "third"));
    REQUIRE(change.remove(2));
    REQUIRE(scene.copies == 4);
    for (int at = 1; at <= 4; ++at) {
        CAPTURE(at);
        for (const auto* name : {"root", "third"}) {
            auto opened = scene.open(at, name);
            REQUIRE(opened);
            CHECK(value(verify_store(**opened)).ok());
            opened->reset();
            CHECK(scene.open_again(name));
        }
        CHECK(scene.open(at, "spare").has_value() == (at <= 2));
    }
}

TEST_CASE("an error behind a file of a change leaves a vault that opens", "[messages]") {
    const int last = GENERATE(1, 2);
    Scene scene;
    int written = 0;
    auto change = scene.begin([&]() -> Result<void> {
        if (++written == last) return fail(Errc::io, "the disk is gone");
        return {};
    });
    CHECK(change.add(*scene.key("third"), "third").error().code == Errc::io);
    scene.vault.close();
    fs::copy(scene.vault.data(), scene.copy(1), fs::copy_options::recursive);
    CHECK(scene.open(1, "root"));
    CHECK(scene.open(1, "third"));
    const auto opened = value(scene.open(1, "spare"));
    const auto told = entries(*opened, audit::Action::slot_add);
    CHECK(told.back().outcome == audit::Outcome::intent);
}

TEST_CASE("a new root key opens by the ways that were offered for it and no other", "[messages]") {
    Scene scene;
    scene.vault.close();
    const auto old_slots = content(scene.vault.data() / "slots");
    const auto old_keyring = content(scene.vault.data() / "keyring");
    REQUIRE(scene.vault.reopen());
    auto change = scene.begin();
    const auto kept = scene.key("root");
    const auto fresh = scene.key("fresh");
    CHECK(change.opened_by(*kept) == Ids{1});
    CHECK(change.opened_by(*fresh).empty());
    const NewWay ways[] = {{kept.get(), "root"}, {fresh.get(), "fresh"}};
    CHECK(value(change.rekey(ways)) == 2);
    const auto told = entries(scene.vault.vault(), audit::Action::root_rekey);
    REQUIRE(told.size() == 2);
    CHECK(told[0].outcome == audit::Outcome::intent);
    CHECK(told[1].outcome == audit::Outcome::success);
    CHECK(extra<std::uint64_t>(told[1], "generation") == 2);
    CHECK(extra<std::uint64_t>(told[1], "set") == 4);
    scene.vault.close();
    CHECK(ids_in(scene.vault.data()) == Ids{3, 4});
    CHECK(root_generation_of(value(DataDirectory::open(scene.vault.data()))) == 2U);
    fs::copy(scene.vault.data(), scene.copy(1), fs::copy_options::recursive);
    CHECK(scene.open(1, "root"));
    CHECK(scene.open(1, "fresh"));
    CHECK(scene.open(1, "spare").error().code == Errc::wrong_secret);

    // The old files are of an older keyring than the state names, both together and each alone.
    const auto put = [&](const char* name, const std::string& bytes) {
        std::ofstream(scene.copy(1) / name, std::ios::binary) << bytes;
    };
    put("slots", old_slots);
    CHECK_FALSE(scene.open(1, "spare"));
    CHECK_FALSE(scene.open(1, "root"));
    put("keyring", old_keyring);
    CHECK(scene.open(1, "spare").error().code == Errc::integrity);
    CHECK(scene.open(1, "root").error().code == Errc::integrity);
}

TEST_CASE(
    "a new root key that is cut off behind any file leaves a vault that opens", "[messages]"
) {
    Scene scene;
    auto change = scene.begin(scene.taking_copies());
    const auto kept = scene.key("root");
    const auto fresh = scene.key("fresh");
    const NewWay ways[] = {{kept.get(), "root"}, {fresh.get(), "fresh"}};
    REQUIRE(change.rekey(ways));
    REQUIRE(scene.copies == 4);
    for (int at = 1; at <= 4; ++at) {
        const bool in_force = at >= 2;
        const std::string others = in_force ? "fresh" : "spare";
        const std::string gone = in_force ? "spare" : "fresh";
        for (const auto& name : {std::string("root"), others}) {
            CAPTURE(at, name);
            auto opened = scene.open(at, name);
            REQUIRE(opened);
            CHECK(value(verify_store(**opened)).ok());
            const auto told = entries(**opened, audit::Action::root_rekey);
            REQUIRE(told.size() == (at <= 2 ? 2 : 1));
            CHECK(told.front().outcome == audit::Outcome::intent);
            if (at <= 2) {
                CHECK(
                    told.back().outcome ==
                    (in_force ? audit::Outcome::success : audit::Outcome::failed)
                );
                CHECK(extra<std::uint64_t>(told.back(), "generation") == (in_force ? 2 : 1));
            }
            opened->reset();
            // Only one root key's slots are left, and the files stay so.
            CHECK(ids_in(scene.data) == (in_force ? Ids{3, 4} : Ids{1, 2}));
            const auto slots = content(scene.data / "slots");
            CHECK(scene.open_again(name));
            CHECK(content(scene.data / "slots") == slots);
            // It can be drawn anew again from there.
            const auto again = value(scene.open_again(name));
            auto next = value(SlotChange::begin(*again, Unsealing(scene.key(name))));
            CHECK(value(next.rekey(ways)) == (in_force ? 3 : 2));
        }
        CAPTURE(at, gone);
        CHECK(scene.open(at, gone).error().code == Errc::wrong_secret);
    }
}

TEST_CASE("a new root key for which a way cannot be made changes nothing", "[messages]") {
    Scene scene;
    auto change = scene.begin(scene.taking_copies());
    const auto kept = scene.key("root");
    const auto nowhere = crypto::key_file_offer(scene.folder.path() / "none/new.key");
    const NewWay ways[] = {{kept.get(), "root"}, {nowhere.get(), "new"}};
    const auto slots = content(scene.vault.data() / "slots");
    CHECK_FALSE(change.rekey(ways));
    CHECK(scene.copies == 0);
    CHECK(content(scene.vault.data() / "slots") == slots);
    CHECK(entries(scene.vault.vault(), audit::Action::root_rekey).empty());
}

TEST_CASE("a drill says what each way opens, from three files, and changes none", "[messages]") {
    Scene scene;
    scene.vault.close();
    const auto copy = scene.copy(1);
    fs::create_directory(copy);
    fs::permissions(copy, fs::perms::owner_all);
    for (const auto* name : {"vault", "slots", "keyring"}) {
        fs::copy_file(scene.vault.data() / name, copy / name);
    }
    {
        const auto drill = value(Drill::begin(copy));
        const auto found = value(drill.try_way(*scene.key("spare")));
        CHECK(found.slot == 2);
        CHECK(found.label == "spare");
        CHECK(found.root_generation == 1);
        CHECK(found.keyring_epoch == 2);
        CHECK(drill.try_way(*scene.key("root")));
        const auto stranger = scene.key("stranger");
        REQUIRE(stranger->prepare(scene.random));
        CHECK(drill.try_way(*stranger).error().code == Errc::wrong_secret);
        CHECK(drill.try_way(*scene.key("absent")).error().code == Errc::not_found);
    }
    for (const auto* name : {"vault", "slots", "keyring"}) {
        CHECK(content(copy / name) == content(scene.vault.data() / name));
    }
    // What belongs to another vault, or was changed, opens nothing.
    const auto keyring = content(copy / "keyring");
    auto changed = keyring;
    changed.back() ^= 1;
    std::ofstream(copy / "keyring", std::ios::binary) << changed;
    CHECK(value(Drill::begin(copy)).try_way(*scene.key("root")).error().code == Errc::integrity);
    const TestVault other(test::Kept::on_disk);
    std::ofstream(copy / "keyring", std::ios::binary) << content(other.data() / "keyring");
    const auto foreign = value(Drill::begin(copy)).try_way(*scene.key("root"));
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().message.find("expected key id ") != std::string::npos);
    std::ofstream(copy / "keyring", std::ios::binary) << keyring;
    CHECK(value(Drill::begin(copy)).try_way(*scene.key("root")));
}

}  // namespace slot_change_test
