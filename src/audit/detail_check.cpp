#include "audit/detail_check.hpp"

#include "audit/core_section.hpp"
#include "audit/lifecycle_events.hpp"
#include "audit/priv_section.hpp"

#include <string>
#include <utility>

namespace rookery::audit {
namespace {

using Kind = FindingKind;

bool is_clear(ByteView detail_row) {
    const auto parsed = parse_detail_row(detail_row);
    return parsed && parsed->encoding == DetailRow::Encoding::clear;
}

}  // namespace

void DetailCheck::check(
    std::uint64_t index, const Leaf& leaf, const EntryView& entry, const merkle::Frontier* before
) {
    if (is_clear(entry.core_row) != is_clear(entry.priv_row)) {
        findings_.add(Kind::forged, index, "one of its sections is in clear and the other is not");
    }
    const auto core = open(index, Section::core, entry.core_row, leaf);
    const auto priv = open(index, Section::priv, entry.priv_row, leaf);
    if (priv && !decode_priv(priv->bytes)) {
        findings_.add(Kind::damaged, index, "the priv section is malformed");
    }
    if (!core) return;
    const auto event = decode_core(core->bytes);
    if (!event) return findings_.add(Kind::damaged, index, "the core section is malformed");
    if (!belongs_to(*core, *event) || (priv && !belongs_to(*priv, *event))) {
        findings_.add(Kind::forged, index, "a section belongs to another event");
    }
    if ((event->action == Action::genesis) != (index == 0)) {
        findings_.add(Kind::forged, index, "the log's genesis is not its first entry");
    }
    const bool clear = is_clear(entry.core_row);
    if (clear) check_clear(index, *event);
    if (!clear) check_unsealed(index, *event, before);
    after_clear_ = clear && index != 0;
    if (index == 0) check_genesis(*event);
    if (use_ && !clear) use_(index, *event);
}

/// Nothing when the section is sealed and there is no key, or when it is bad.
std::optional<OpenedSection> DetailCheck::open(
    std::uint64_t index, Section section, ByteView row, const Leaf& leaf
) {
    const auto parsed = parse_detail_row(row);
    if (!parsed) {
        findings_.add(Kind::damaged, index, "a detail row is damaged");
        return std::nullopt;
    }
    const bool sealed = parsed->encoding == DetailRow::Encoding::sealed;
    if (sealed && sealer_ == nullptr) {
        ++unopened_;
        return std::nullopt;
    }
    auto opened = open_section(section, row, leaf, sealer_);
    if (!opened) {
        findings_.add(Kind::damaged, index, "a section does not agree with the leaf's commitment");
        return std::nullopt;
    }
    ++(sealed ? report_.sealed_details : report_.clear_details);
    return std::move(*opened);
}

void DetailCheck::check_genesis(const Event& event) {
    const auto genesis = parse_genesis(event);
    const merkle::VerifierKey first{handovers_.first(key_.name), key_.key};
    if (!genesis || genesis->origin != first.name) {
        return findings_.add(Kind::forged, 0, "the genesis entry is not that of this log");
    }
    genesis_read_ = true;
    if (genesis->verifier_key != merkle::format_verifier_key(first)) {
        report_.not_checked.emplace_back(
            "how this verifier key followed the one that the genesis entry names"
        );
    }
}

/// Anybody who can write to the disk could have written this one.
void DetailCheck::check_clear(std::uint64_t index, const Event& event) {
    const bool expected = index == 0 ? event.action == Action::genesis : is_unseal_attempt(event);
    if (!expected) {
        findings_.add(
            Kind::forged,
            index,
            "an entry of kind " + std::string(name(event.action)) +
                " is in clear as no vault writes it"
        );
    } else if (index != 0) {
        ++report_.unvouched;
    }
}

/// What a vault with keys writes first after entries without: where it found the log.
void DetailCheck::check_unsealed(
    std::uint64_t index, const Event& event, const merkle::Frontier* before
) {
    const bool begins = event.action == Action::log_open || event.action == Action::format_change;
    if (after_clear_ && !begins) {
        findings_.add(
            Kind::forged, index, "entries before it were written while sealed, and it opens no log"
        );
    }
    if (event.action != Action::log_open || before == nullptr) return;
    const auto continued = parse_log_open(event);
    if (!continued || continued->size != index || continued->root != before->root()) {
        findings_.add(
            Kind::rewritten, index, "the vault was opened with other entries before this one"
        );
    }
}

}  // namespace rookery::audit
