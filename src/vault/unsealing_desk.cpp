#include "vault/unsealing_desk.hpp"

#include "crypto/share_slot.hpp"
#include "crypto/slot_kinds.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

Result<UnsealingDesk::Opened> open_with(
    SealedVault& vault, std::unique_ptr<crypto::SlotOffer> offer
) {
    Unsealing with(std::move(offer));
    ROOKERY_TRY(auto root, vault.attempt(with));
    return UnsealingDesk::Opened{std::move(root), std::move(with)};
}

}  // namespace

Result<std::optional<UnsealingDesk::Opened>> UnsealingDesk::share(
    SealedVault& vault, SecretBytes text, Time now
) {
    drop_expired(now);
    const auto known = crypto::know_share(vault.slots(), text);
    if (!known) {
        ROOKERY_CHECK(vault.note(SealedVault::Step::refused));
        return fail(known.error());
    }
    auto& begun = begun_[known->set.id];
    if (begun.texts.empty()) begun.since = now;
    begun.last = now;
    begun.needed = known->set.threshold;
    if (begun.texts.contains(known->number)) {
        ROOKERY_CHECK(vault.note(SealedVault::Step::refused));
        return fail(Errc::duplicate_key, "this share was given already", "give another one");
    }
    begun.texts.emplace(known->number, std::move(text));
    if (begun.texts.size() < begun.needed) {
        if (auto noted = vault.note(SealedVault::Step::taken); !noted) {
            // Who gave it is told that it was not taken.
            begun.texts.erase(known->number);
            if (begun.texts.empty()) begun_.erase(known->set.id);
            return fail(std::move(noted).error());
        }
        return std::optional<Opened>{};
    }
    crypto::SlotGiven given;
    for (auto& [number, one] : begun.texts) given.secrets.push_back(std::move(one));
    begun_.erase(known->set.id);  // whatever comes of it: nobody gives them twice by mistake
    ROOKERY_TRY(auto offer, crypto::share_slot.offer(std::move(given)));
    ROOKERY_TRY(auto opened, open_with(vault, std::move(offer)));
    return std::optional<Opened>{std::move(opened)};
}

Result<UnsealingDesk::Opened> UnsealingDesk::way(SealedVault& vault, crypto::BroughtWay way) {
    auto offer = crypto::offer_of(std::move(way), vault.token_module());
    if (offer) return open_with(vault, std::move(*offer));
    ROOKERY_CHECK(vault.note(SealedVault::Step::refused));
    return fail(std::move(offer).error());
}

void UnsealingDesk::drop_expired(Time now) {
    std::erase_if(begun_, [&](const auto& one) {
        return now - one.second.since >= shares_kept_for;
    });
}

ShareProgress UnsealingDesk::progress() const {
    const auto newest =
        std::ranges::max_element(begun_, {}, [](const auto& one) { return one.second.last; });
    if (newest == begun_.end()) return {};
    return {static_cast<unsigned>(newest->second.texts.size()), newest->second.needed};
}

}  // namespace rookery::messages
