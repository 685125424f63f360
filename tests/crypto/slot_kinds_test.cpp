// What holds for every kind of slot, by walking the table: a new kind is tested here by its row.
#include "crypto/slot_kinds.hpp"

#include "base/file.hpp"
#include "crypto/key_file_slot.hpp"
#include "crypto/pair_slot.hpp"
#include "crypto/passphrase_slot.hpp"
#include "crypto/root_slots.hpp"
#include "crypto/soft_token.hpp"
#include "crypto/support.hpp"

#include <set>

namespace slot_kinds_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;

namespace {

constexpr std::string_view words = "correct horse battery staple ";

template <class T>
Errc error_of(const Result<T>& result) {
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

/// The text of the secret number `which`, where the kind takes one.
std::string secret_text(int which) { return std::string(words) + std::to_string(which); }

/// Offers of one test, as the options of a kind would make them; each number is another secret.
class Offers {
 public:
    [[nodiscard]] std::unique_ptr<SlotOffer> make(const SlotKind& kind, int which = 0) const {
        auto secret = SecretBytes::copy_of(secret_text(which));
        // A new slot of the usual cost would take a second.
        if (&kind == &passphrase_slot) {
            return passphrase_offer(std::move(secret), passphrase_cost_floor);
        }
        if (&kind == &share_slot) return shares(which);
        if (&kind == &token_slot) return token(which);
        if (&kind == &pair_slot) {
            auto pair = pair_offer(make(key_file_slot, which), make(passphrase_slot, which));
            REQUIRE(pair);
            return std::move(*pair);
        }
        SlotGiven given;
        given.path = folder_.file(std::string(kind.name) + std::to_string(which));
        given.word = "rookery-key";
        if (&kind == &credential_slot) {
            const auto key = to_hex(span_of(static_cast<std::uint8_t>(which), 32)) + "\n";
            write_file(given.path, key, std::filesystem::perms::owner_read);
        }
        if (kind.options.front().form == SlotOption::Form::secret_file) {
            given.secrets.push_back(std::move(secret));
        }
        auto offer = kind.offer(std::move(given));
        REQUIRE(offer);
        SystemRandom random;
        REQUIRE((*offer)->prepare(random));
        return std::move(*offer);
    }

 private:
    /// A slot is made of new shares; afterwards they are given.
    [[nodiscard]] std::unique_ptr<SlotOffer> shares(int which) const {
        SlotGiven given;
        const auto folder = folder_.file("shares" + std::to_string(which));
        if (std::filesystem::exists(folder)) {
            for (const auto& entry : std::filesystem::directory_iterator(folder)) {
                auto file = read_private_file(entry.path(), 1024);
                REQUIRE(file);
                file->shrink(file->size() - 1);
                given.secrets.push_back(std::move(*file));
            }
        } else {
            given.word = "2/3";
            given.path = folder;
        }
        auto offer = share_slot.offer(std::move(given));
        REQUIRE(offer);
        SystemRandom random;
        REQUIRE((*offer)->prepare(random));
        return std::move(*offer);
    }

    /// Each number is a token of its own, which the slot that it made is bound to.
    [[nodiscard]] std::unique_ptr<SlotOffer> token(int which) const {
        const auto label = "kinds" + std::to_string(which);
        static std::set<std::string> made;
        if (made.insert(label).second) {
            SoftTokens::instance().make_token(label);
            SoftTokens::instance().make_key(label, "01");
        }
        SlotGiven given;
        given.path = soft_module;
        given.word = label + ":01";
        given.secrets.push_back(
            SecretBytes::copy_of(which == 0 ? std::string(SoftTokens::pin) : secret_text(which))
        );
        auto offer = token_slot.offer(std::move(given));
        REQUIRE(offer);
        return std::move(*offer);
    }

    TempFolder folder_;
};

const Keyring& keyring() {
    static const auto ring = counting_keyring();
    return ring;
}

Result<std::uint16_t> add(RootSlots& slots, const SlotOffer& offer) {
    SystemRandom random;
    return slots.add(root_key(), 7, offer, offer.label(), random, epoch_2026);
}

RootSlots with(const SlotOffer& offer) {
    RootSlots slots(vault_id);
    REQUIRE(add(slots, offer));
    return slots;
}

Bytes file_of(const RootSlots& slots) { return slots.serialise(keyring(), 1); }

/// Of the first slot: its type, and the length of its params.
constexpr std::size_t type_at = 1 + 2 + 4 + 1;

const SlotKind& another_than(const SlotKind& kind) {
    return *(&kind == slot_kinds.front() ? slot_kinds.back() : slot_kinds.front());
}

SlotOffers list(std::unique_ptr<SlotOffer> first, std::unique_ptr<SlotOffer> second) {
    SlotOffers out;
    out.push_back(std::move(first));
    out.push_back(std::move(second));
    return out;
}

}  // namespace

TEST_CASE("no two kinds share a number, a name, a label or an option", "[crypto]") {
    std::set<std::uint8_t> types;
    std::set<std::string_view> names;
    std::set<std::string_view> labels;
    std::set<std::string_view> options;
    std::size_t count = 0;
    for (const auto* kind : slot_kinds) {
        types.insert(kind->type);
        names.insert(kind->name);
        labels.insert(kind->key_label);
        for (const auto& option : kind->options) options.insert(option.name);
        count += kind->options.size();
        CHECK(slot_kind(kind->type) == kind);
    }
    CHECK(types.size() == slot_kinds.size());
    CHECK(names.size() == slot_kinds.size());
    CHECK(labels.size() == slot_kinds.size());
    CHECK(options.size() == count);
    CHECK_FALSE(types.contains(0));
}

TEST_CASE("the numbers of the kinds stand on disks and stay", "[crypto]") {
    CHECK(passphrase_slot.type == 1);
    CHECK(passphrase_slot.key_label == "sv1.slot.pass");
    CHECK(key_file_slot.type == 2);
    CHECK(key_file_slot.key_label == "sv1.slot.file");
    CHECK(share_slot.type == 3);
    CHECK(share_slot.key_label == "sv1.slot.share");
    CHECK(token_slot.type == 4);
    CHECK(token_slot.key_label == "sv1.slot.p11");
    CHECK(pair_slot.type == 6);
    CHECK(pair_slot.key_label == "sv1.slot.and");
    CHECK(credential_slot.type == 5);
    CHECK(credential_slot.key_label == "sv1.slot.cred");
}

TEST_CASE(
    "every kind has a way to make a slot and a way to open one, and one of all is asked for",
    "[crypto]"
) {
    std::size_t prompts = 0;
    for (const auto* kind : slot_kinds) {
        CAPTURE(kind->name);
        bool made = false;
        bool configured = false;
        for (const auto& option : kind->options) {
            CAPTURE(option.name);
            CHECK_FALSE((option.about.empty() && option.about_new.empty()));
            made |= !option.about_new.empty();
            const bool prompt = option.form == SlotOption::Form::prompt;
            const bool several = option.form == SlotOption::Form::prompts;
            configured |= !prompt && !several && !option.about.empty();
            prompts += prompt && !option.part ? 1 : 0;
            CHECK((prompt || several) == !option.ask.empty());
            CHECK(several == (option.needs_more != nullptr));
            CHECK((prompt && !option.about_new.empty()) == !option.ask_new.empty());
        }
        CHECK(made);
        CHECK(configured);
        CHECK_FALSE(kind->wrong_hint.empty());
    }
    CHECK(prompts == 1);
}

TEST_CASE("what a slot was made of opens it, after the file was written and read", "[crypto]") {
    const auto* kind = GENERATE(from_range(slot_kinds));
    CAPTURE(kind->name);
    const Offers offers;
    const auto offer = offers.make(*kind);
    const auto back = RootSlots::parse(file_of(with(*offer)), vault_id);
    REQUIRE(back);
    CHECK(back->check(keyring()));
    REQUIRE(back->slots().size() == 1);
    const auto& slot = back->slots().front();
    CHECK(slot.kind == kind);
    CHECK(slot.label == offer->label());
    const auto opened = back->open(*offer);
    REQUIRE(opened);
    CHECK(bytes_in(opened->key) == bytes_in(root_key()));
    CHECK(opened->generation == 7);
    CHECK(opened->slot == slot.id);
}

TEST_CASE("a wrong secret opens no slot of its kind, and the error has a hint", "[crypto]") {
    const auto* kind = GENERATE(from_range(slot_kinds));
    CAPTURE(kind->name);
    const Offers offers;
    const auto slots = with(*offers.make(*kind, 0));
    const auto refused = slots.open(*offers.make(*kind, 1));
    CHECK(error_of(refused) == Errc::wrong_secret);
    CHECK(refused.error().message.find(kind->name) != std::string::npos);
    // A token says itself that its PIN is wrong.
    if (kind != &token_slot) CHECK(refused.error().hint == kind->wrong_hint);
}

TEST_CASE("an offer is not tried on the slots of another kind", "[crypto]") {
    const auto* kind = GENERATE(from_range(slot_kinds));
    CAPTURE(kind->name);
    const Offers offers;
    const auto slots = with(*offers.make(another_than(*kind)));
    CHECK(error_of(slots.open(*offers.make(*kind))) == Errc::not_found);
}

TEST_CASE("of a slot's file no part that was cut off is one", "[crypto]") {
    const auto* kind = GENERATE(from_range(slot_kinds));
    CAPTURE(kind->name);
    const Offers offers;
    const auto file = file_of(with(*offers.make(*kind)));
    std::size_t accepted = 0;
    for (std::size_t size = 0; size < file.size(); ++size) {
        accepted += RootSlots::parse(ByteView{file}.first(size), vault_id).has_value();
    }
    CHECK(accepted == 0);
}

TEST_CASE("params of another form than the kind's are refused, and its own are told", "[crypto]") {
    const auto* kind = GENERATE(from_range(slot_kinds));
    CAPTURE(kind->name);
    const Offers offers;
    const auto slots = with(*offers.make(*kind));
    auto params = slots.slots().front().params;
    CHECK(kind->check_params(params));
    CHECK_FALSE(kind->describe(params).empty());
    params.push_back(0);
    CHECK(error_of(kind->check_params(params)) == Errc::integrity);
    for (params.pop_back(); !params.empty();) {
        params.pop_back();
        if (!params.empty()) CHECK(error_of(kind->check_params(params)) == Errc::integrity);
    }
}

TEST_CASE("a number that no kind has is refused as newer, and 0 as damage", "[crypto]") {
    const Offers offers;
    auto file = file_of(with(*offers.make(key_file_slot)));
    for (int type = 0; type < 256; ++type) {
        CAPTURE(type);
        const auto number = static_cast<std::uint8_t>(type);
        file[type_at] = number;
        const auto parsed = RootSlots::parse(file, vault_id);
        if (type == 0) {
            CHECK(error_of(parsed) == Errc::integrity);
        } else if (slot_kind(number) == nullptr) {
            CHECK(error_of(parsed) == Errc::newer_format);
        }
    }
}

TEST_CASE("neither an error nor what is told of a slot holds anything of a secret", "[crypto]") {
    const auto* kind = GENERATE(from_range(slot_kinds));
    CAPTURE(kind->name);
    const Offers offers;
    const auto made_of = offers.make(*kind, 0);
    const auto slots = with(*made_of);
    const auto refused = slots.open(*offers.make(*kind, 1));
    REQUIRE_FALSE(refused);
    const auto told = refused.error().message + refused.error().hint +
                      kind->describe(slots.slots().front().params) + made_of->label();
    CHECK(told.find(words) == std::string::npos);
}

TEST_CASE("of several offers the one that fits opens, wherever it stands", "[crypto]") {
    const auto* kind = GENERATE(from_range(slot_kinds));
    CAPTURE(kind->name);
    const Offers offers;
    const auto slots = with(*offers.make(*kind, 0));
    const auto make = [&](const SlotKind& of, int which) { return offers.make(of, which); };
    CHECK(slots.open(list(make(*kind, 0), make(*kind, 1))));
    CHECK(slots.open(list(make(*kind, 1), make(*kind, 0))));
    CHECK(slots.open(list(make(another_than(*kind), 0), make(*kind, 0))));
}

TEST_CASE("of several offers that all fail one error is told, with what each came to", "[crypto]") {
    const Offers offers;
    const auto slots = with(*offers.make(key_file_slot, 0));
    const auto refused =
        slots.open(list(offers.make(key_file_slot, 1), offers.make(passphrase_slot, 0)));
    CHECK(error_of(refused) == Errc::wrong_secret);
    CHECK(refused.error().hint.starts_with(
        "the key file opens no slot of this vault; slot 1: expected key id "
    ));
    CHECK(refused.error().hint.ends_with("; this vault has no passphrase slot"));
    // A file that is not there is one more way to fail, and no reason to leave out the others.
    const TempFolder empty;
    CHECK(
        error_of(slots.open(list(key_file_offer(empty.file("none")), offers.make(key_file_slot, 1)))
        ) == Errc::wrong_secret
    );
    CHECK(slots.open(list(key_file_offer(empty.file("none")), offers.make(key_file_slot, 0))));
}

TEST_CASE("a vault is opened with one offer at least and eight at most", "[crypto]") {
    const Offers offers;
    const auto slots = with(*offers.make(key_file_slot, 0));
    SlotOffers many;
    CHECK(error_of(slots.open(many)) == Errc::usage);
    for (int i = 1; i < 8; ++i) many.push_back(offers.make(key_file_slot, i));
    many.push_back(offers.make(key_file_slot, 0));
    CHECK(slots.open(many));
    many.push_back(offers.make(key_file_slot, 0));
    CHECK(error_of(slots.open(many)) == Errc::usage);
}

TEST_CASE("a file has at most 64 slots, whatever their kind", "[crypto]") {
    const auto* kind = GENERATE(from_range(slot_kinds));
    CAPTURE(kind->name);
    const Offers offers;
    RootSlots slots(vault_id);
    const auto cheap = offers.make(key_file_slot);
    for (std::size_t i = 0; i < RootSlots::slots_max; ++i) REQUIRE(add(slots, *cheap));
    CHECK(error_of(add(slots, *offers.make(*kind))) == Errc::out_of_range);
    auto file = file_of(slots);
    REQUIRE(RootSlots::parse(file, vault_id));
    file[2] = RootSlots::slots_max + 1;
    CHECK(error_of(RootSlots::parse(file, vault_id)) == Errc::integrity);
}

}  // namespace slot_kinds_test
