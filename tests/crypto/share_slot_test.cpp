// Shares as text and as a way into a vault: what is wrong with one is named, and never what is in it.
#include "crypto/root_slots.hpp"
#include "crypto/share_text.hpp"
#include "crypto/slot_kinds.hpp"
#include "crypto/support.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>

namespace share_slot_test {

using namespace rookery;
using namespace rookery::crypto;
using namespace rookery::crypto::test;
using Catch::Matchers::Contains;

namespace {

std::string text_in(const SecretBytes& secret) {
    const auto bytes = bytes_in(secret);
    return {bytes.begin(), bytes.end()};
}

SecretBytes secret(std::string_view text) { return SecretBytes::copy_of(text); }

SetShare share_of(std::uint8_t number, std::uint8_t first = 0x60) {
    return {{{1, 2, 3, 4, 5, 6, 7, 8}, 3, 5}, {number, ShareValue::copy_of(span_of(first, 32))}};
}

/// A slot of shares, and the lines of its files.
struct Shared {
    explicit Shared(const std::string& size = "3/5") {
        SlotGiven given;
        given.word = size;
        given.path = folder.file("shares");
        const auto offer = value(share_slot.offer(std::move(given)));
        SystemRandom random;
        REQUIRE(slots.add(root_key(), 1, *offer, "board", random, epoch_2026));
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(folder.file("shares"))) {
            CHECK(entry.status().permissions() == std::filesystem::perms(0600));
            files.push_back(entry.path());
        }
        std::ranges::sort(files);
        for (const auto& file : files) {
            std::ifstream in(file);
            lines.emplace_back();
            std::getline(in, lines.back());
        }
    }

    template <class T>
    static T value(Result<T> result) {
        REQUIRE(result);
        return std::move(*result);
    }

    [[nodiscard]] Result<OpenedRoot> open(const std::vector<std::string>& given) const {
        SlotGiven all;
        for (const auto& line : given) all.secrets.push_back(secret(line));
        return slots.open(*value(share_slot.offer(std::move(all))));
    }

    /// What it is refused with; nothing of any line is in it.
    [[nodiscard]] std::string refusal(const std::vector<std::string>& given) const {
        const auto opened = open(given);
        REQUIRE_FALSE(opened);
        CHECK(opened.error().code == Errc::wrong_secret);
        const auto told = opened.error().message + " / " + opened.error().hint;
        for (const auto& line : given) {
            if (line.size() > 40) CHECK_THAT(told, !Contains(line.substr(30, 10)));
        }
        return told;
    }

    TempFolder folder;
    RootSlots slots{vault_id};
    std::vector<std::string> lines;
};

}  // namespace

TEST_CASE("a share's text has one spelling, and what was written is read", "[crypto]") {
    for (const auto number : std::initializer_list<std::uint8_t>{1, 5}) {
        const auto share = share_of(number);
        const auto text = to_text(share);
        CHECK(text.size() == 81);
        const auto back = parse_share(text, 1);
        REQUIRE(back);
        CHECK(back->set == share.set);
        CHECK(back->share.number == number);
        CHECK(bytes_in(back->share.value) == bytes_in(share.share.value));
        CHECK(text_in(to_text(*back)) == text_in(text));
    }
    CHECK(
        text_in(to_text(share_of(2))) ==
        "svs1aeaqeayeaudaocadaubgaylcmnsgkzthnbuwu23mnvxg64drojzxi5lwo54hs6t3pr6x47yliuiuw"
    );
    CHECK(
        to_hex(share_digest(share_of(2))) ==
        "0fcc154418200566984975cfb999d8f94280e37b4163bda0af409c0d6ab23ab3"
    );
}

TEST_CASE("a share that is mistyped in any place is refused, whatever stands there", "[crypto]") {
    const auto good = text_in(to_text(share_of(3)));
    std::size_t accepted = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (int c = 1; c < 256; ++c) {
            auto text = good;
            if (text[at] == static_cast<char>(c)) continue;
            text[at] = static_cast<char>(c);
            accepted += parse_share(secret(text), 1).has_value();
        }
    }
    CHECK(accepted == 0);
    for (std::size_t size = 0; size < good.size(); ++size) {
        accepted += parse_share(secret(good.substr(0, size)), 1).has_value();
    }
    for (const auto& text : {good + "a", good + "\n", " " + good, good + good}) {
        accepted += parse_share(secret(text), 1).has_value();
    }
    auto capitals = good;
    std::ranges::transform(capitals, capitals.begin(), [](unsigned char c) {
        return std::toupper(c);
    });
    accepted += parse_share(secret(capitals), 1).has_value();
    accepted += parse_share(secret("svs1" + capitals.substr(4)), 1).has_value();
    CHECK(accepted == 0);
}

TEST_CASE("a share with a right checksum and impossible numbers is refused", "[crypto]") {
    const auto refused = [](std::uint8_t k, std::uint8_t n, std::uint8_t number) {
        auto share = share_of(number);
        share.set.threshold = k;
        share.set.count = n;
        return !parse_share(to_text(share), 1);
    };
    CHECK_FALSE(refused(3, 5, 1));
    CHECK_FALSE(refused(2, 16, 16));
    CHECK(refused(3, 5, 0));
    CHECK(refused(3, 5, 6));
    CHECK(refused(1, 5, 1));
    CHECK(refused(0, 5, 1));
    CHECK(refused(6, 5, 1));
    CHECK(refused(3, 17, 1));
    CHECK(refused(3, 255, 1));
}

TEST_CASE("k of n shares open a vault, in any order, and more of them too", "[crypto]") {
    const Shared shared;
    REQUIRE(shared.lines.size() == 5);
    const auto& l = shared.lines;
    for (const auto& given : std::vector<std::vector<std::string>>{
             {l[0], l[1], l[2]}, {l[4], l[0], l[3]}, {l[2], l[4], l[1], l[0]}, l}) {
        const auto opened = shared.open(given);
        REQUIRE(opened);
        CHECK(bytes_in(opened->key) == bytes_in(root_key()));
    }
    CHECK_THAT(
        share_slot.describe(shared.slots.slots().front().params),
        Contains("any 3 of 5 shares of the set ")
    );
}

TEST_CASE("too few, repeated, strange and mistyped shares are named", "[crypto]") {
    const Shared shared;
    const Shared other;
    const auto& l = shared.lines;
    CHECK_THAT(shared.refusal({l[0]}), Contains("too few shares: 1 of the 3"));
    CHECK_THAT(shared.refusal({l[0], l[4]}), Contains("too few shares: 2 of the 3"));
    CHECK_THAT(shared.refusal({l[0], l[4], l[4]}), Contains("share number 5 was given twice"));
    CHECK_THAT(
        shared.refusal({l[0], other.lines[1], l[2]}),
        Contains("share 2 of those that were given is of another set")
    );
    CHECK_THAT(
        shared.refusal({other.lines[0], other.lines[1], other.lines[2]}),
        Contains("of no set of this vault")
    );
    auto mistyped = l[2];
    mistyped[50] = mistyped[50] == 'a' ? 'b' : 'a';
    CHECK_THAT(
        shared.refusal({l[0], l[1], mistyped}),
        Contains("share 3 of those that were given is mistyped")
    );
}

TEST_CASE("a share whose bytes were changed together with its checksum is named", "[crypto]") {
    const Shared shared;
    auto share = parse_share(secret(shared.lines[1]), 1);
    REQUIRE(share);
    auto bytes = bytes_in(share->share.value);
    bytes[31] ^= 0x80;
    share->share.value = ShareValue::copy_of(bytes);
    CHECK_THAT(
        shared.refusal({shared.lines[0], text_in(to_text(*share)), shared.lines[2]}),
        Contains("share number 2 is not the one that was made")
    );
    // So is one that passes for another number of the set.
    auto renamed = parse_share(secret(shared.lines[1]), 1);
    renamed->share.number = 4;
    CHECK_THAT(
        shared.refusal({shared.lines[0], text_in(to_text(*renamed)), shared.lines[2]}),
        Contains("share number 4 is not the one that was made")
    );
}

TEST_CASE("of two sets in a vault each opens, and they do not mix", "[crypto]") {
    Shared first("2/2");
    SlotGiven given;
    given.word = "2/3";
    given.path = first.folder.file("second");
    const auto offer = Shared::value(share_slot.offer(std::move(given)));
    SystemRandom random;
    REQUIRE(first.slots.add(root_key(), 1, *offer, "second", random, epoch_2026));
    CHECK(first.open(first.lines));
    CHECK(first.slots.open(*offer));
    CHECK(first.slots.open(*offer)->slot == 2);
    CHECK(first.open(first.lines)->slot == 1);
}

TEST_CASE("how many shares there may be is bounded", "[crypto]") {
    const TempFolder folder;
    for (const auto* size :
         {"1/5",
          "0/0",
          "6/5",
          "2/17",
          "17/17",
          "3",
          "3/",
          "/5",
          "3/5/7",
          "3:5",
          "-2/5",
          "2/5 ",
          "258/261",
          "",
          "a/b"}) {
        CAPTURE(size);
        SlotGiven given;
        given.word = size;
        given.path = folder.file("shares");
        const auto offer = share_slot.offer(std::move(given));
        REQUIRE_FALSE(offer);
        CHECK(offer.error().code == Errc::usage);
    }
    CHECK_FALSE(std::filesystem::exists(folder.file("shares")));
    CHECK(Shared("16/16").lines.size() == 16);
}

TEST_CASE("shares are written before a slot is made of them, and replace nothing", "[crypto]") {
    const Shared first;
    SlotGiven given;
    given.word = "2/2";
    given.path = first.folder.file("shares");
    const auto offer = Shared::value(share_slot.offer(std::move(given)));
    SystemRandom random;
    REQUIRE(offer->prepare(random));
    REQUIRE(offer->prepare(random));
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(first.folder.file("shares"))) {
        ++files;
    }
    CHECK(files == 7);
    SlotGiven nowhere;
    nowhere.word = "2/2";
    nowhere.path = first.folder.file("none/shares");
    CHECK_FALSE(Shared::value(share_slot.offer(std::move(nowhere)))->prepare(random));
}

TEST_CASE("params of shares that no program writes are refused", "[crypto]") {
    const Shared shared;
    const auto good = shared.slots.slots().front().params;
    CHECK(good.size() == 10 + 5 * 32);
    for (const auto& [at, byte] :
         {std::pair{0, 1}, {0, 6}, {1, 4}, {1, 6}, {1, 2}, {1, 17}, {1, 255}}) {
        auto params = good;
        params[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(byte);
        CAPTURE(at, byte);
        CHECK_FALSE(share_slot.check_params(params));
    }
}

TEST_CASE("while shares are asked for, a wrong one is told at once", "[crypto]") {
    const Shared shared;
    const auto* option =
        std::ranges::find(share_slot.options, SlotOption::Form::prompts, &SlotOption::form).base();
    std::vector<SecretBytes> given;
    const auto add = [&](std::string_view line) {
        given.push_back(secret(line));
        return option->needs_more(given);
    };
    CHECK(*option->needs_more(given));
    CHECK(*add(shared.lines[3]));
    CHECK_FALSE(add(shared.lines[3]));
    given.pop_back();
    CHECK_FALSE(add("svs1"));
    given.pop_back();
    CHECK(*add(shared.lines[1]));
    CHECK_FALSE(*add(shared.lines[0]));
}

}  // namespace share_slot_test
