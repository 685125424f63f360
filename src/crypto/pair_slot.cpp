// Params: u8 type a || LP(params a) || u8 type b || LP(params b), ascending by type. The secret is
// BLAKE2b-256(secret a, LP("sv1.slot.and") || secret b).
#include "crypto/pair_slot.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/hash.hpp"
#include "crypto/slot_kinds.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::crypto {
namespace {

constexpr std::string_view and_label = "sv1.slot.and";
constexpr std::array member_types{
    std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{4}, std::uint8_t{5}};

bool may_be_member(std::uint8_t type) {
    return std::ranges::find(member_types, type) != member_types.end();
}

struct PairMember {
    const SlotKind* kind = nullptr;
    Bytes params;
};

using PairParams = std::array<PairMember, 2>;

Bytes serialise(const PairParams& params) {
    ByteWriter out;
    for (const auto& one : params) out.u8(one.kind->type).lp(one.params);
    return std::move(out).take();
}

Result<PairParams> parse_pair_params(ByteView bytes) {
    ByteReader in(bytes);
    PairParams out;
    for (auto& one : out) {
        const auto type = in.u8();
        const auto params = in.lp();
        one.kind = may_be_member(type) ? slot_kind(type) : nullptr;
        if (!in.ok() || one.kind == nullptr) return integrity_failure();
        ROOKERY_CHECK(one.kind->check_params(params));
        one.params.assign(params.begin(), params.end());
    }
    if (!in.done() || out[0].kind->type >= out[1].kind->type) return integrity_failure();
    return out;
}

class PairOffer final : public SlotOffer {
 public:
    /// Precondition: ascending by type.
    PairOffer(std::unique_ptr<SlotOffer> first, std::unique_ptr<SlotOffer> second)
        : first_(std::move(first)), second_(std::move(second)) {}

    [[nodiscard]] const SlotKind& kind() const override { return pair_slot; }

    [[nodiscard]] std::string label() const override {
        return first_->label() + " and " + second_->label();
    }

    /// Of the one that lies somewhere: that both lie beside the data is then warned of, too.
    [[nodiscard]] std::filesystem::path place() const override {
        auto place = first_->place();
        return place.empty() ? second_->place() : place;
    }

    [[nodiscard]] Result<void> prepare(Random& random) const override {
        ROOKERY_CHECK(first_->prepare(random));
        return second_->prepare(random);
    }

    [[nodiscard]] Result<Bytes> new_params(Random& random) const override {
        PairParams params{PairMember{&first_->kind(), {}}, PairMember{&second_->kind(), {}}};
        ROOKERY_TRY(params[0].params, first_->new_params(random));
        ROOKERY_TRY(params[1].params, second_->new_params(random));
        return serialise(params);
    }

    [[nodiscard]] Result<SecretOf> read() const override {
        ROOKERY_TRY(auto first, first_->read());
        ROOKERY_TRY(auto second, second_->read());
        return SecretOf(
            [this,
             first = std::move(first),
             second = std::move(second)](const Uuid& vault, ByteView bytes) -> Result<SlotSecret> {
                ROOKERY_TRY(const auto params, parse_pair_params(bytes));
                if (params[0].kind != &first_->kind() || params[1].kind != &second_->kind()) {
                    return fail(Errc::invalid_argument, "the slot is of another pair of kinds");
                }
                ROOKERY_TRY(const auto a, first(vault, params[0].params));
                ROOKERY_TRY(const auto b, second(vault, params[1].params));
                return b.expose([&](ByteView secret) {
                    return KeyedHash(a).lp(and_label).bytes(secret).key<SlotSecret>();
                });
            }
        );
    }

 private:
    std::unique_ptr<SlotOffer> first_;
    std::unique_ptr<SlotOffer> second_;
};

constexpr SlotOption pair_options[] = {
    {.name = "both",
     .form = SlotOption::Form::pair,
     .about = "The two ways that are given open the vault together, and neither alone",
     .about_new = "The two ways that are given open the vault together, and neither alone"},
};

}  // namespace

Result<std::unique_ptr<SlotOffer>> pair_offer(
    std::unique_ptr<SlotOffer> one, std::unique_ptr<SlotOffer> other
) {
    if (one->kind().type > other->kind().type) std::swap(one, other);
    const bool possible = may_be_member(one->kind().type) && may_be_member(other->kind().type) &&
                          one->kind().type != other->kind().type;
    if (!possible) {
        return fail(
            Errc::usage,
            "a " + std::string(one->kind().name) + " and a " + std::string(other->kind().name) +
                " do not open a vault together",
            "two of passphrase, key file, token and credential, each of another kind"
        );
    }
    return std::make_unique<PairOffer>(std::move(one), std::move(other));
}

constinit const SlotKind pair_slot{
    .type = 6,
    .name = "pair",
    .key_label = and_label,
    .wrong_hint =
        "both have to be those that the slot was made with; which one is wrong cannot be told",
    .options = pair_options,
    .check_params = [](ByteView params) -> Result<void> {
        ROOKERY_CHECK(parse_pair_params(params));
        return {};
    },
    .describe =
        [](ByteView bytes) {
            const auto params = parse_pair_params(bytes);
            if (!params) return std::string{};
            std::string out;
            for (const auto& one : *params) {
                if (!out.empty()) out += " and ";
                out += std::string(one.kind->name) + " (" + one.kind->describe(one.params) + ")";
            }
            return out;
        },
    // Of two offers and not of what was given: pair_offer.
    .offer = [](SlotGiven) -> Result<std::unique_ptr<SlotOffer>> {
        return fail(
            Errc::usage, "a pair is made of two ways that are given", "--both with two of them"
        );
    },
};

}  // namespace rookery::crypto
