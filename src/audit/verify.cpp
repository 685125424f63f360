#include "audit/verify.hpp"

#include "audit/claimed_roots.hpp"
#include "audit/detail_check.hpp"
#include "audit/finding_list.hpp"
#include "audit/handover.hpp"
#include "audit/leaf.hpp"
#include "audit/log_row.hpp"
#include "audit/log_state.hpp"
#include "audit/small_file.hpp"
#include "base/file.hpp"
#include "merkle/hash.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::audit {
namespace {

constexpr std::uint64_t progress_every = 1U << 16;
constexpr std::string_view missing_state = "the state row is missing";

/// One run. The order: state row, checkpoints and the remembered one give the sizes at which a root
/// is claimed; then one walk over the entries grows the tree and compares at each of them.
class Verifier {
    using Kind = FindingKind;

 public:
    Verifier(
        const LogSource& source, const VerifyOptions& options, const crypto::DetailSealer* sealer,
        const EventUse& use
    )
        : source_(source),
          options_(options),
          details_(sealer, use, key_, handovers_, findings_, report_) {}

    VerifyReport run() {
        if (prepare()) {
            check_entries();
            check_others();
            check_end();
            conclude();
        }
        std::ranges::stable_sort(report_.findings, {}, &VerifyFinding::index);
        return std::move(report_);
    }

 private:
    /// False when the run cannot go on; the report says why.
    bool prepare() {
        if (options_.age_max.has_value() != options_.now.has_value()) {
            return stop(
                VerifyStatus::usage, "a greatest age needs the present time, and only that"
            );
        }
        auto key = merkle::parse_verifier_key(options_.verifier_key);
        if (!key) return stop(VerifyStatus::usage, key.error().message);
        key_ = std::move(*key);
        report_.origin = key_.name;
        if (!read_handovers() || !read_remembered() || !read_state()) return false;
        return claims_.read_more() || stop(VerifyStatus::unavailable, claims_.read_problem());
    }

    bool read_handovers() {
        const auto read =
            source_.each(handover_prefix, {}, [&](std::string_view row, std::string_view note) {
                const auto added = handovers_.add(row, note, key_.key);
                if (added) return true;
                handover_problem_ = added.error();
                return false;
            });
        if (!read && !is_damage(read.error())) {
            return stop(VerifyStatus::unavailable, read.error().message);
        }
        if (handover_problem_ && handover_problem_->code == Errc::newer_format) {
            return stop(VerifyStatus::unavailable, handover_problem_->message);
        }
        for (const auto& one : handovers_.all()) {
            auto said = "the log " + one.from + " goes on as " + one.to + " since " +
                        to_iso8601(one.time) + ": an older state of it, of " +
                        std::to_string(one.rows_size.value_or(one.size)) + " entries, was put back";
            if (one.rows_size) {
                said += "; its entries " + entry_range(*one.rows_size, one.size) +
                        " were filled in from a newer copy, and the rows are not of their time";
            }
            if (one.seen_size > one.size) {
                said += "; its entries " + entry_range(one.size, one.seen_size) +
                        " happened and are not in this log";
            }
            report_.handovers.push_back(std::move(said));
        }
        claims_.expect_handed_over();
        return true;
    }

    /// After the entries, so that what they say comes first.
    void check_handovers() {
        if (handover_problem_) {
            findings_.add(Kind::forged, last(), "a hand-over is damaged or not signed by this key");
        } else if (!handovers_.lead_to(key_.name)) {
            findings_.add(
                Kind::disagrees, last(), "the hand-overs do not lead to the log that the key is for"
            );
        }
        for (const auto& one : handovers_.all()) {
            if (one.size < next_) continue;
            findings_.add(
                Kind::missing,
                last(),
                std::to_string(one.size) + " entries were handed over, and not so many are there"
            );
        }
    }

    bool read_remembered() {
        if (options_.state_file.empty()) {
            report_.not_checked.emplace_back(
                "whether an older copy was put back (rollback), or others were shown another log "
                "(split view): that takes a checkpoint kept elsewhere, in a state file"
            );
            return true;
        }
        std::error_code error;
        if (!std::filesystem::exists(options_.state_file, error)) return true;
        const auto note = read_small_file(options_.state_file);
        if (!note) return stop(VerifyStatus::unavailable, "the state file cannot be read");
        auto checkpoint = merkle::verify_checkpoint(*note, key_);
        for (const auto& one : handovers_.all()) {
            if (checkpoint) break;
            checkpoint = merkle::verify_checkpoint(*note, {one.from, key_.key});
        }
        if (!checkpoint) {
            return stop(
                VerifyStatus::usage,
                "the state file holds no checkpoint signed by this verifier key"
            );
        }
        const auto* ended = handovers_.that_ended(checkpoint->origin);
        if (ended != nullptr && checkpoint->size > ended->size) {
            compare_with_lost(*checkpoint, *note, *ended);
            return true;
        }
        // One of an earlier name is replaced whatever it is over.
        if (ended == nullptr) remembered_ = *checkpoint;
        claims_.remember(*checkpoint, *note);
        return true;
    }

    /// What a reviewer saw under an earlier name, and is not in this log: whoever handed it over must have known of it.
    void compare_with_lost(
        const merkle::Checkpoint& seen, const std::string& note, const Handover& ended
    ) {
        const bool same_size = seen.size == ended.seen_size;
        if (seen.size <= ended.seen_size && (!same_size || seen.root == ended.seen_root)) return;
        findings_.keep_evidence(note);
        findings_.add(
            Kind::older,
            ended.size - 1,
            same_size ? "split view: the hand-over knows other entries than were seen before"
                      : "rollback: " + std::to_string(seen.size) + " entries of " + seen.origin +
                            " were seen before, and the hand-over knows of " +
                            std::to_string(ended.seen_size)
        );
    }

    bool read_state() {
        std::size_t rows = 0;
        const auto read =
            source_.each(state_prefix, {}, [&](std::string_view key, std::string_view value) {
                if (++rows > 1 || key != state_key()) {
                    state_problem_ = "there is more than one state row";
                    return false;
                }
                auto state = parse_log_state(value);
                if (state) {
                    state_ = std::move(*state);
                } else if (state.error().code == Errc::newer_format) {
                    newer_ = state.error().message;
                } else {
                    state_problem_ =
                        "the state row is damaged or its root does not follow from its frontier";
                }
                return true;
            });
        if (!read && !is_damage(read.error())) {
            return stop(VerifyStatus::unavailable, read.error().message);
        }
        if (!read) state_problem_ = "the state row cannot be read: the store is damaged";
        if (state_) claims_.expect(state_->checkpoint_size);
        if (!newer_.empty()) return stop(VerifyStatus::unavailable, newer_);
        if (read && rows == 0) state_problem_ = missing_state;
        return true;
    }

    void check_entries() {
        const auto read =
            source_.each(entry_prefix, {}, [&](std::string_view key, std::string_view value) {
                check_entry(key, value);
                ++rows_;
                if (options_.progress && rows_ % progress_every == 0) {
                    options_.progress(rows_, state_ ? state_->size() : rows_);
                }
                return true;
            });
        if (!read && is_damage(read.error())) {
            findings_.add(Kind::damaged, next_, "the entry cannot be read: the store is damaged");
            tree_known_ = false;
        } else if (!read) {
            read_problem_ = read.error().message;
            entries_read_ = false;
        }
    }

    void check_others() {
        std::uint64_t rows = 0;
        const auto read = source_.others([&](std::string_view, std::string_view) {
            ++rows;
            return true;
        });
        if (rows != 0) {
            findings_.add(
                Kind::stray, last(), std::to_string(rows) + " rows of the log are of no kind"
            );
        }
        if (!read && is_damage(read.error())) {
            findings_.add(Kind::damaged, last(), "the store cannot be read beyond the log's rows");
        } else if (!read) {
            read_problem_ = read.error().message;
        }
    }

    /// Of the entries so far; null when one of them was missing.
    [[nodiscard]] const merkle::Frontier* tree() const {
        return tree_known_ ? &frontier_ : nullptr;
    }

    /// Index of the last entry seen.
    [[nodiscard]] std::uint64_t last() const { return next_ == 0 ? 0 : next_ - 1; }

    void check_entry(std::string_view key, std::string_view value) {
        const auto index = number_of(entry_prefix, key);
        if (!index)
            return findings_.add(
                Kind::stray, next_, "a row with a malformed key lies among the entries"
            );
        if (*index != next_) {
            findings_.add(Kind::missing, next_, entries_are(next_, *index) + " missing");
            tree_known_ = false;
        }
        next_ = *index + 1;
        const auto entry = split_entry(value);
        if (!entry) {
            findings_.add(Kind::damaged, *index, "the entry's row is damaged");
            tree_known_ = false;
            return;
        }
        const auto leaf = check_leaf(*index, *entry);
        if (leaf) details_.check(*index, *leaf, *entry, tree());  // the one before it
        check_nodes(*index, *entry);
        claims_.compare(*index + 1, tree(), last_time_);
    }

    std::optional<Leaf> check_leaf(std::uint64_t index, const EntryView& entry) {
        auto leaf = parse_leaf(entry.leaf);
        if (!leaf) {
            findings_.add(Kind::damaged, index, "the leaf is malformed");
            return std::nullopt;
        }
        if (leaf->index != index) {
            findings_.add(
                Kind::rewritten, index, "the leaf is that of entry " + std::to_string(leaf->index)
            );
            return std::nullopt;
        }
        if (leaf->format < newest_format_) {
            findings_.add(Kind::forged, index, "the leaf is of an older format than one before it");
        }
        newest_format_ = std::max(newest_format_, leaf->format);
        if (leaf->time < last_time_)
            findings_.add(Kind::disagrees, index, "the log's time goes backwards");
        last_time_ = std::max(last_time_, leaf->time);
        return std::move(*leaf);
    }

    void check_nodes(std::uint64_t index, const EntryView& entry) {
        const auto leaf_hash = merkle::hash_leaf(entry.leaf);
        if (leaf_hash != entry.node(0))
            findings_.add(Kind::damaged, index, "the leaf does not have its stored hash");
        if (entry.node_count() != merkle::completed_nodes(index)) {
            findings_.add(Kind::damaged, index, "the entry has the wrong number of tree nodes");
        }
        if (!tree_known_) return;
        const auto completed = frontier_.append(leaf_hash);
        const auto levels = std::min(completed.size(), entry.node_count());
        for (std::size_t level = 1; level < levels; ++level) {
            if (completed[level] != entry.node(level)) {
                findings_.add(
                    Kind::damaged, index, "a stored tree node does not follow from its children"
                );
                break;
            }
        }
    }

    void check_end() {
        claims_.read_rest();
        if (!claims_.read_problem().empty()) read_problem_ = claims_.read_problem();
        report_.size = next_;
        if (entries_read_) check_handovers();
        if (!state_problem_.empty() && (rows_ != 0 || state_problem_ != missing_state)) {
            findings_.add(Kind::damaged, last(), state_problem_);
        }
        if (!entries_read_) return;  // what was not read is not missing
        if (state_) check_against_state();
        claims_.compare_rest(next_);
    }

    void check_against_state() {
        const auto size = state_->size();
        if (next_ < size) {
            findings_.add(Kind::missing, next_, entries_are(next_, size) + " missing");
        } else if (next_ > size) {
            findings_.add(
                Kind::forged,
                size,
                "entries " + entry_range(size, next_) + " lie beyond the log's size"
            );
        } else if (tree_known_ && !(state_->frontier == frontier_)) {
            findings_.add(
                Kind::disagrees, last(), "the state row has another frontier than the entries"
            );
        } else if (state_->last_time != last_time_) {
            findings_.add(
                Kind::disagrees, last(), "the state row has another time than the last entry"
            );
        }
        if (claims_.read_problem().empty()) check_newest_checkpoint();
    }

    /// The state row knows which checkpoint is the newest; that older ones are all there nobody knows.
    void check_newest_checkpoint() {
        const auto known = state_->checkpoint_size.value_or(0);
        if (known != 0 && !claims_.named_is_there()) {
            findings_.add(
                Kind::missing,
                known - 1,
                "the newest checkpoint, over " + std::to_string(known) + " entries, is missing"
            );
        }
        if (state_->checkpoint_size && claims_.newest() > known) {
            findings_.add(
                Kind::older,
                last(),
                "the state row is older than the checkpoint over " +
                    std::to_string(claims_.newest()) + " entries"
            );
        }
    }

    void conclude() {
        if (details_.unopened() != 0) {
            report_.not_checked.push_back(
                std::to_string(details_.unopened()) +
                " sealed detail sections: opening them takes the vault's keys"
            );
        }
        if (rows_ != 0 && !details_.genesis_read()) {
            report_.not_checked.emplace_back("the genesis entry's own words: they are sealed");
        }
        report_.not_checked.emplace_back("witness signatures: checkpoints are checked with one key"
        );
        if (report_.unvouched != 0) {
            report_.not_checked.push_back(
                std::to_string(report_.unvouched) +
                " entries written while sealed: nobody vouches for them until the next unseal"
            );
        }
        if (!options_.age_max) {
            report_.not_checked.emplace_back("freshness: no greatest age was given");
        }
        if (report_.signed_size < report_.size) {
            report_.not_checked.push_back(
                "authorship of the last " + std::to_string(report_.size - report_.signed_size) +
                " entries: no checkpoint covers them yet"
            );
        }
        if (report_.first_bad_index) {
            report_.status = VerifyStatus::tampering;
        } else if (!read_problem_.empty()) {
            stop(VerifyStatus::unavailable, read_problem_);
        } else if (rows_ == 0) {
            stop(VerifyStatus::unavailable, "there is no log here");
        } else if (report_.checkpoints == 0) {
            stop(VerifyStatus::unavailable, "no checkpoint was published yet: nothing is signed");
        } else if (options_.age_max && *options_.now - claims_.signed_time() > *options_.age_max) {
            report_.status = VerifyStatus::stale;
            remember();
        } else {
            report_.status = VerifyStatus::ok;
            remember();
        }
    }

    /// The newest checkpoint replaces the remembered one, as a whole or not at all.
    void remember() {
        if (options_.state_file.empty() ||
            (remembered_ && remembered_->size >= report_.signed_size)) {
            return;
        }
        const auto note = bytes_of(report_.newest_checkpoint);
        if (!replace_file(options_.state_file, note, FileMode::world_readable)) {
            stop(VerifyStatus::unavailable, "the state file cannot be written");
        }
    }

    bool stop(VerifyStatus status, std::string problem) {
        report_.status = status;
        report_.problem = std::move(problem);
        return false;
    }

    const LogSource& source_;
    const VerifyOptions& options_;
    VerifyReport report_;
    FindingList findings_{report_};
    merkle::VerifierKey key_;
    Handovers handovers_;
    std::optional<Error> handover_problem_;
    ClaimedRoots claims_{source_, key_, handovers_, findings_, report_};
    DetailCheck details_;

    std::optional<merkle::Checkpoint> remembered_;
    std::optional<LogState> state_;
    std::string state_problem_;
    std::string newer_;
    std::string read_problem_;

    merkle::Frontier frontier_;
    std::uint64_t next_ = 0;  // index after the last entry seen
    std::uint64_t rows_ = 0;
    bool tree_known_ = true;          // no entry was missing so far
    bool entries_read_ = true;        // up to the last one
    std::uint8_t newest_format_ = 1;  // of the leaves so far
    Instant last_time_{};
};

}  // namespace

VerifyReport verify_log(
    const LogSource& source, const VerifyOptions& options, const crypto::DetailSealer* sealer,
    const EventUse& use
) {
    return Verifier{source, options, sealer, use}.run();
}

}  // namespace rookery::audit
