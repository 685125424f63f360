#include "audit/claimed_roots.hpp"

#include "audit/log_row.hpp"

#include <utility>

namespace rookery::audit {
namespace {

using Kind = FindingKind;

constexpr std::size_t checkpoints_at_once = 4096;

}  // namespace

void ClaimedRoots::remember(const merkle::Checkpoint& checkpoint, std::string note) {
    claims_.emplace(checkpoint.size, Claim{checkpoint.root, std::move(note), By::reviewer});
}

void ClaimedRoots::expect_handed_over() {
    for (const auto& one : handovers_.all()) {
        claims_.emplace(one.size, Claim{one.root, handover_body(one), By::handover});
    }
}

bool ClaimedRoots::read_more() {
    std::size_t read_now = 0;
    const auto read = source_.each(
        checkpoint_prefix,
        next_key_,
        [&](std::string_view key, std::string_view value) {
            if (++read_now > checkpoints_at_once) {
                next_key_ = std::string{key};
                return false;
            }
            note_checkpoint(number_of(checkpoint_prefix, key), value);
            return true;
        }
    );
    all_read_ = read_now <= checkpoints_at_once;
    if (!read && !is_damage(read.error())) {
        all_read_ = true;
        read_problem_ = read.error().message;
        return false;
    }
    if (!read) {
        const auto after = newest_ == 0 ? 0 : newest_ - 1;
        findings_.add(
            Kind::damaged, after, "a later checkpoint cannot be read: the store is damaged"
        );
    }
    return true;
}

void ClaimedRoots::read_rest() {
    while (!all_read_) static_cast<void>(read_more());
}

void ClaimedRoots::note_checkpoint(std::optional<std::uint64_t> size, std::string_view note) {
    const auto index = size && *size != 0 ? *size - 1 : 0;
    const auto checkpoint =
        merkle::verify_checkpoint(note, {handovers_.at(size.value_or(0), key_.name), key_.key});
    if (!checkpoint) {
        findings_.add(Kind::damaged, index, "the checkpoint is damaged or not signed by this key");
    } else if (checkpoint->size != size || *size == 0) {
        findings_.add(Kind::disagrees, index, "the checkpoint lies in another checkpoint's place");
    } else {
        claims_.emplace(*size, Claim{checkpoint->root, std::string{note}, By::checkpoint});
        newest_ = *size;
        named_is_there_ |= named_ == *size;
    }
}

void ClaimedRoots::compare(std::uint64_t size, const merkle::Frontier* tree, Instant time) {
    if (size > newest_ && !all_read_) static_cast<void>(read_more());
    const auto [begin, end] = claims_.equal_range(size);
    if (begin == end) return;
    if (tree != nullptr) {
        const auto root = tree->root();
        for (auto claim = begin; claim != end; ++claim) {
            const auto& [claimed, note, by] = claim->second;
            if (claimed == root) {
                if (by == By::checkpoint) verified(size, note, time);
                continue;
            }
            findings_.keep_evidence(note);
            findings_.add(Kind::rewritten, size == 0 ? 0 : size - 1, contradicts(by, size));
        }
    }
    claims_.erase(begin, end);
}

std::string ClaimedRoots::contradicts(By by, std::uint64_t size) const {
    switch (by) {
        case By::checkpoint:
            return "entries " + entry_range(report_.signed_size, size) +
                   " are not the ones that were signed";
        case By::reviewer:
            return "split view: an earlier checkpoint over " + entry_range(0, size) +
                   " has another root";
        case By::handover:
            return "entries " + entry_range(0, size) + " are not those that were handed over";
    }
    return {};
}

void ClaimedRoots::verified(std::uint64_t size, const std::string& note, Instant time) {
    ++report_.checkpoints;
    report_.signed_size = size;
    report_.newest_checkpoint = note;
    report_.unvouched = 0;
    signed_time_ = time;
}

void ClaimedRoots::compare_rest(std::uint64_t size) {
    for (auto claim = claims_.upper_bound(size); claim != claims_.end(); ++claim) {
        const auto& [claimed_size, what] = *claim;
        findings_.keep_evidence(what.note);
        if (what.by == By::reviewer) {
            findings_.add(
                Kind::older,
                size,
                "rollback: " + std::to_string(claimed_size) + " entries were seen before"
            );
        } else {
            findings_.add(
                Kind::missing,
                size,
                "entries " + entry_range(size, claimed_size) + " were signed and are missing"
            );
        }
    }
}

}  // namespace rookery::audit
