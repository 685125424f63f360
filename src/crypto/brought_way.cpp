#include "crypto/brought_way.hpp"

#include "crypto/pair_slot.hpp"
#include "crypto/slot_kinds.hpp"

#include <utility>

namespace rookery::crypto {
namespace {

/// What is usage to an operator is a value to who calls.
tl::unexpected<Error> as_a_value(Error error) {
    if (error.code == Errc::usage) error.code = Errc::invalid_argument;
    return tl::unexpected(std::move(error));
}

Result<std::unique_ptr<SlotOffer>> offer_of_part(
    BroughtWay::Part part, const std::filesystem::path& token_module
) {
    if (part.kind->bring == nullptr) {
        return fail(
            Errc::invalid_argument,
            "a " + std::string(part.kind->name) + " cannot be brought to a running server"
        );
    }
    if (part.brought.secrets.size() > SlotOption::secrets_max) {
        return fail(Errc::invalid_argument, "too many secrets are brought at once");
    }
    for (const auto& secret : part.brought.secrets) {
        if (!secret.empty() && secret.size() <= BroughtWay::secret_bytes_max) continue;
        return fail(Errc::invalid_argument, "a secret that is brought has 1 to 1024 bytes");
    }
    if (part.brought.word.size() > BroughtWay::word_bytes_max) {
        return fail(Errc::invalid_argument, "a word about a new way has at most 255 bytes");
    }
    part.brought.token_module = token_module;
    auto offer = part.kind->bring(std::move(part.brought));
    if (!offer) return as_a_value(std::move(offer).error());
    return offer;
}

}  // namespace

MemberOf member_of_kind(std::string_view name) {
    for (const auto* kind : slot_kinds) {
        if (kind->bring == nullptr || name.empty()) continue;
        if (kind->members.secret == name) return {kind, false};
        if (kind->members.word == name) return {kind, true};
    }
    return {};
}

Result<std::unique_ptr<SlotOffer>> offer_of(
    BroughtWay way, const std::filesystem::path& token_module
) {
    if (way.parts.empty() || way.parts.size() > BroughtWay::parts_max) {
        return fail(
            Errc::invalid_argument, "a way into the vault is of one kind, or a pair of two"
        );
    }
    ROOKERY_TRY(auto first, offer_of_part(std::move(way.parts[0]), token_module));
    if (way.parts.size() == 1) return first;
    ROOKERY_TRY(auto second, offer_of_part(std::move(way.parts[1]), token_module));
    auto pair = pair_offer(std::move(first), std::move(second));
    if (!pair) return as_a_value(std::move(pair).error());
    return pair;
}

}  // namespace rookery::crypto
