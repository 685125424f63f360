#include "audit/verify.hpp"

#include "audit/finding.hpp"
#include "audit/leaf.hpp"
#include "audit/lifecycle_events.hpp"
#include "audit/log_row.hpp"
#include "audit/log_state.hpp"
#include "base/file.hpp"
#include "merkle/hash.hpp"
#include "storage/rocksdb_store.hpp"
#include "storage/text_rules.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace rookery::audit {
namespace {

constexpr std::size_t findings_max = 16;
constexpr std::size_t checkpoints_at_once = 4096;
constexpr std::uint64_t progress_every = 1U << 16;
constexpr std::size_t small_file_max = 65536;
constexpr std::string_view missing_state = "the state row is missing";

/// The engine's own checksums failed: a finding like any other, not a reason to give up.
bool is_damage(const Error& error) { return error.code == Errc::integrity; }

/// The store's own fault: there is no log to look at.
VerifyReport without_log(const Error& error) {
    VerifyReport report;
    if (is_damage(error)) report.status = VerifyStatus::tampering;
    report.problem = error.message;
    if (!error.hint.empty()) report.problem += ": " + error.hint;
    return report;
}

bool is_clear(ByteView detail_row) {
    const auto parsed = parse_detail_row(detail_row);
    return parsed && parsed->encoding == DetailRow::Encoding::clear;
}

/// The whole of a small text file; nothing when it cannot be read or is no file.
std::optional<std::string> read_small_file(const std::filesystem::path& path) {
    const auto content = read_plain_file(path, small_file_max);
    if (!content) return std::nullopt;
    return std::string{text_of(*content)};
}

/// One run. The order: state row, checkpoints and the remembered one give the sizes at which a root
/// is claimed; then one walk over the entries grows the tree and compares at each of them.
class Verifier {
    using Kind = FindingKind;

 public:
    Verifier(
        const LogSource& source, const VerifyOptions& options, const crypto::DetailSealer* sealer,
        const EventUse& use
    )
        : source_(source), options_(options), sealer_(sealer), use_(use) {}

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
    struct Claim {
        Digest root{};
        std::string note;
        bool remembered = false;  // from the state file, not from the log
    };

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
        return read_remembered() && read_state() && read_checkpoints();
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
        const auto checkpoint = merkle::verify_checkpoint(*note, key_);
        if (!checkpoint) {
            return stop(
                VerifyStatus::usage,
                "the state file holds no checkpoint signed by this verifier key"
            );
        }
        remembered_ = *checkpoint;
        claims_.emplace(checkpoint->size, Claim{checkpoint->root, *note, true});
        return true;
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
        if (!newer_.empty()) return stop(VerifyStatus::unavailable, newer_);
        if (read && rows == 0) state_problem_ = missing_state;
        return true;
    }

    /// The next checkpoints, some thousand at a time: a log has any number of them.
    bool read_checkpoints() {
        std::size_t read_now = 0;
        const auto read = source_.each(
            checkpoint_prefix,
            next_checkpoint_,
            [&](std::string_view key, std::string_view value) {
                if (++read_now > checkpoints_at_once) {
                    next_checkpoint_ = std::string{key};
                    return false;
                }
                note_checkpoint(number_of(checkpoint_prefix, key), value);
                return true;
            }
        );
        all_checkpoints_read_ = read_now <= checkpoints_at_once;
        if (!read && !is_damage(read.error())) {
            all_checkpoints_read_ = true;
            return stop(VerifyStatus::unavailable, read.error().message);
        }
        if (!read) {
            const auto after = newest_checkpoint_ == 0 ? 0 : newest_checkpoint_ - 1;
            find(Kind::damaged, after, "a later checkpoint cannot be read: the store is damaged");
        }
        return true;
    }

    void note_checkpoint(std::optional<std::uint64_t> size, std::string_view note) {
        const auto index = size && *size != 0 ? *size - 1 : 0;
        const auto checkpoint = merkle::verify_checkpoint(note, key_);
        if (!checkpoint) {
            find(Kind::damaged, index, "the checkpoint is damaged or not signed by this key");
        } else if (checkpoint->size != size || *size == 0) {
            find(Kind::disagrees, index, "the checkpoint lies in another checkpoint's place");
        } else {
            claims_.emplace(*size, Claim{checkpoint->root, std::string{note}, false});
            newest_checkpoint_ = *size;
            known_checkpoint_there_ |= state_ && state_->checkpoint_size == *size;
        }
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
            find(Kind::damaged, next_, "the entry cannot be read: the store is damaged");
            tree_known_ = false;
        } else if (!read) {
            read_problem_ = read.error().message;
        }
    }

    void check_others() {
        std::uint64_t rows = 0;
        const auto read = source_.others([&](std::string_view, std::string_view) {
            ++rows;
            return true;
        });
        if (rows != 0) {
            find(Kind::stray, last(), std::to_string(rows) + " rows of the log are of no kind");
        }
        if (!read) find(Kind::damaged, last(), "the store cannot be read beyond the log's rows");
    }

    /// Index of the last entry seen.
    [[nodiscard]] std::uint64_t last() const { return next_ == 0 ? 0 : next_ - 1; }

    void check_entry(std::string_view key, std::string_view value) {
        const auto index = number_of(entry_prefix, key);
        if (!index)
            return find(Kind::stray, next_, "a row with a malformed key lies among the entries");
        if (*index != next_) {
            find(Kind::missing, next_, entries_are(next_, *index) + " missing");
            tree_known_ = false;
        }
        next_ = *index + 1;
        const auto entry = split_entry(value);
        if (!entry) {
            find(Kind::damaged, *index, "the entry's row is damaged");
            tree_known_ = false;
            return;
        }
        const auto leaf = check_leaf(*index, *entry);
        if (leaf) check_details(*index, *leaf, *entry);  // while the tree is the one before it
        check_nodes(*index, *entry);
        check_claim(*index + 1);
    }

    std::optional<Leaf> check_leaf(std::uint64_t index, const EntryView& entry) {
        auto leaf = parse_leaf(entry.leaf);
        if (!leaf) {
            find(Kind::damaged, index, "the leaf is malformed");
            return std::nullopt;
        }
        if (leaf->index != index) {
            find(
                Kind::rewritten, index, "the leaf is that of entry " + std::to_string(leaf->index)
            );
            return std::nullopt;
        }
        if (leaf->format < newest_format_) {
            find(Kind::forged, index, "the leaf is of an older format than one before it");
        }
        newest_format_ = std::max(newest_format_, leaf->format);
        if (leaf->time < last_time_) find(Kind::disagrees, index, "the log's time goes backwards");
        last_time_ = std::max(last_time_, leaf->time);
        return std::move(*leaf);
    }

    void check_nodes(std::uint64_t index, const EntryView& entry) {
        const auto leaf_hash = merkle::hash_leaf(entry.leaf);
        if (leaf_hash != entry.node(0))
            find(Kind::damaged, index, "the leaf does not have its stored hash");
        if (entry.node_count() != merkle::completed_nodes(index)) {
            find(Kind::damaged, index, "the entry has the wrong number of tree nodes");
        }
        if (!tree_known_) return;
        const auto completed = frontier_.append(leaf_hash);
        const auto levels = std::min(completed.size(), entry.node_count());
        for (std::size_t level = 1; level < levels; ++level) {
            if (completed[level] != entry.node(level)) {
                find(Kind::damaged, index, "a stored tree node does not follow from its children");
                break;
            }
        }
    }

    void check_details(std::uint64_t index, const Leaf& leaf, const EntryView& entry) {
        if (is_clear(entry.core_row) != is_clear(entry.priv_row)) {
            find(Kind::forged, index, "one of its sections is in clear and the other is not");
        }
        const auto core = open(index, Section::core, entry.core_row, leaf);
        const auto priv = open(index, Section::priv, entry.priv_row, leaf);
        if (priv && !decode_priv(priv->bytes))
            find(Kind::damaged, index, "the priv section is malformed");
        if (!core) return;
        const auto event = decode_core(core->bytes);
        if (!event) return find(Kind::damaged, index, "the core section is malformed");
        if (!belongs_to(*core, *event) || (priv && !belongs_to(*priv, *event))) {
            find(Kind::forged, index, "a section belongs to another event");
        }
        if ((event->action == Action::genesis) != (index == 0)) {
            find(Kind::forged, index, "the log's genesis is not its first entry");
        }
        const bool clear = is_clear(entry.core_row);
        if (clear) check_clear(index, *event);
        if (!clear) check_unsealed(index, *event);
        after_clear_ = clear && index != 0;
        if (index == 0) check_genesis(*event);
        if (use_ && !clear) use_(index, *event);
    }

    /// What a vault with keys writes first after entries without: where it found the log.
    void check_unsealed(std::uint64_t index, const Event& event) {
        const bool begins =
            event.action == Action::log_open || event.action == Action::format_change;
        if (after_clear_ && !begins) {
            find(
                Kind::forged,
                index,
                "entries before it were written while sealed, and it opens no log"
            );
        }
        if (event.action != Action::log_open || !tree_known_) return;
        const auto continued = parse_log_open(event);
        if (!continued || continued->size != index || continued->root != frontier_.root()) {
            find(Kind::rewritten, index, "the vault was opened with other entries before this one");
        }
    }

    /// Anybody who can write to the disk could have written this one.
    void check_clear(std::uint64_t index, const Event& event) {
        const bool expected =
            index == 0 ? event.action == Action::genesis : is_unseal_attempt(event);
        if (!expected) {
            find(
                Kind::forged,
                index,
                "an entry of kind " + std::string(name(event.action)) +
                    " is in clear as no vault writes it"
            );
        } else if (index != 0) {
            ++report_.unvouched;
        }
    }

    /// Nothing when the section is sealed and there is no key, or when it is bad.
    std::optional<OpenedSection> open(
        std::uint64_t index, Section section, ByteView row, const Leaf& leaf
    ) {
        const auto parsed = parse_detail_row(row);
        if (!parsed) {
            find(Kind::damaged, index, "a detail row is damaged");
            return std::nullopt;
        }
        const bool sealed = parsed->encoding == DetailRow::Encoding::sealed;
        if (sealed && sealer_ == nullptr) {
            ++sealed_unopened_;
            return std::nullopt;
        }
        auto opened = open_section(section, row, leaf, sealer_);
        if (!opened) {
            find(Kind::damaged, index, "a section does not agree with the leaf's commitment");
            return std::nullopt;
        }
        ++(sealed ? report_.sealed_details : report_.clear_details);
        return std::move(*opened);
    }

    void check_genesis(const Event& event) {
        const auto genesis = parse_genesis(event);
        if (!genesis || genesis->origin != key_.name) {
            return find(Kind::forged, 0, "the genesis entry is not that of this log");
        }
        genesis_read_ = true;
        if (genesis->verifier_key != merkle::format_verifier_key(key_)) {
            report_.not_checked.emplace_back(
                "how this verifier key followed the one that the genesis entry names"
            );
        }
    }

    /// Compares the tree over `size` entries with everything that claims its root.
    void check_claim(std::uint64_t size) {
        if (size > newest_checkpoint_ && !all_checkpoints_read_)
            static_cast<void>(read_checkpoints());
        const auto [begin, end] = claims_.equal_range(size);
        if (begin == end) return;
        if (tree_known_) compare_claims(size, begin, end);
        claims_.erase(begin, end);
    }

    using Claims = std::multimap<std::uint64_t, Claim>;

    void compare_claims(
        std::uint64_t size, Claims::const_iterator begin, Claims::const_iterator end
    ) {
        const auto root = frontier_.root();
        for (auto claim = begin; claim != end; ++claim) {
            const auto& [claimed, note, remembered] = claim->second;
            if (claimed == root) {
                if (!remembered) {
                    ++report_.checkpoints;
                    report_.signed_size = size;
                    report_.newest_checkpoint = note;
                    signed_time_ = last_time_;
                    report_.unvouched = 0;
                }
                continue;
            }
            keep_evidence(note);
            find(
                Kind::rewritten,
                size - 1,
                remembered ? "split view: an earlier checkpoint over " + range(0, size) +
                                 " has another root"
                           : "entries " + range(report_.signed_size, size) +
                                 " are not the ones that were signed"
            );
        }
    }

    void keep_evidence(const std::string& note) {
        if (report_.evidence.size() < findings_max) report_.evidence.push_back(note);
    }

    void check_end() {
        while (!all_checkpoints_read_) static_cast<void>(read_checkpoints());
        report_.size = next_;
        if (!state_problem_.empty() && (rows_ != 0 || state_problem_ != missing_state)) {
            find(Kind::damaged, last(), state_problem_);
        }
        if (state_) check_against_state();
        for (auto claim = claims_.upper_bound(next_); claim != claims_.end(); ++claim) {
            keep_evidence(claim->second.note);
            find(
                claim->second.remembered ? Kind::older : Kind::missing,
                next_,
                claim->second.remembered
                    ? "rollback: " + std::to_string(claim->first) + " entries were seen before"
                    : "entries " + range(next_, claim->first) + " were signed and are missing"
            );
        }
    }

    void check_against_state() {
        const auto size = state_->size();
        if (next_ < size) {
            find(Kind::missing, next_, entries_are(next_, size) + " missing");
        } else if (next_ > size) {
            find(
                Kind::forged, size, "entries " + range(size, next_) + " lie beyond the log's size"
            );
        } else if (tree_known_ && !(state_->frontier == frontier_)) {
            find(Kind::disagrees, last(), "the state row has another frontier than the entries");
        } else if (state_->last_time != last_time_) {
            find(Kind::disagrees, last(), "the state row has another time than the last entry");
        }
        check_newest_checkpoint();
    }

    /// The state row knows which checkpoint is the newest; that older ones are all there nobody knows.
    void check_newest_checkpoint() {
        const auto known = state_->checkpoint_size.value_or(0);
        if (known != 0 && !known_checkpoint_there_) {
            find(
                Kind::missing,
                known - 1,
                "the newest checkpoint, over " + std::to_string(known) + " entries, is missing"
            );
        }
        if (state_->checkpoint_size && newest_checkpoint_ > known) {
            find(
                Kind::older,
                last(),
                "the state row is older than the checkpoint over " +
                    std::to_string(newest_checkpoint_) + " entries"
            );
        }
    }

    void conclude() {
        if (sealed_unopened_ != 0) {
            report_.not_checked.push_back(
                std::to_string(sealed_unopened_) +
                " sealed detail sections: opening them takes the vault's keys"
            );
        }
        if (rows_ != 0 && !genesis_read_) {
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
        } else if (options_.age_max && *options_.now - signed_time_ > *options_.age_max) {
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

    /// "7" or "7 to 9", of the half-open range.
    static std::string range(std::uint64_t begin, std::uint64_t end) {
        if (end - begin == 1) return std::to_string(begin);
        return std::to_string(begin) + " to " + std::to_string(end - 1);
    }

    /// "entry 7 is" or "entries 7 to 9 are", for what follows.
    static std::string entries_are(std::uint64_t begin, std::uint64_t end) {
        return end - begin == 1 ? "entry " + range(begin, end) + " is"
                                : "entries " + range(begin, end) + " are";
    }

    void find(Kind kind, std::uint64_t index, std::string what) {
        report_.first_bad_index = std::min(report_.first_bad_index.value_or(index), index);
        ++report_.finding_count;
        auto& findings = report_.findings;
        const auto& words = words_of(kind);
        findings.push_back(
            {index, std::move(what), std::string(words.meaning), std::string(words.remedy)}
        );
        if (findings.size() > findings_max) {
            // The earliest explain the most; what follows a break is often its consequence.
            findings.erase(std::ranges::max_element(findings, {}, &VerifyFinding::index));
        }
    }

    bool stop(VerifyStatus status, std::string problem) {
        report_.status = status;
        report_.problem = std::move(problem);
        return false;
    }

    const LogSource& source_;
    const VerifyOptions& options_;
    const crypto::DetailSealer* sealer_;
    const EventUse& use_;
    VerifyReport report_;

    merkle::VerifierKey key_;
    std::optional<merkle::Checkpoint> remembered_;
    std::optional<LogState> state_;
    std::string state_problem_;
    std::string newer_;
    std::string read_problem_;
    Claims claims_;                // by size; those of entries that were passed are gone
    std::string next_checkpoint_;  // key of the first one not read yet
    bool all_checkpoints_read_ = false;
    std::uint64_t newest_checkpoint_ = 0;
    bool known_checkpoint_there_ = false;  // the one that the state row names

    merkle::Frontier frontier_;
    std::uint64_t next_ = 0;  // index after the last entry seen
    std::uint64_t rows_ = 0;
    bool tree_known_ = true;  // no entry was missing so far
    bool genesis_read_ = false;
    bool after_clear_ = false;        // the entry before was written while sealed
    std::uint8_t newest_format_ = 1;  // of the leaves so far
    Instant last_time_{};
    Instant signed_time_{};
    std::uint64_t sealed_unopened_ = 0;
};

}  // namespace

Result<void> StoreLogSource::each(char prefix, std::string_view from, const RowUse& use) const {
    const std::string first(1, prefix);
    const auto cursor = view_->scan(
        {storage::Family::log,
         std::max(first, std::string{from}),
         std::string(1, static_cast<char>(prefix + 1))},
        storage::Order::ascending
    );
    while (cursor->valid() && use(cursor->key(), cursor->value())) cursor->next();
    return cursor->status();
}

Result<void> StoreLogSource::others(const RowUse& use) const {
    const storage::KeyRange before{storage::Family::log, {}, std::string(1, entry_prefix)};
    const storage::KeyRange after{storage::Family::log, std::string(1, state_prefix + 1), {}};
    for (const auto& range : {before, after}) {
        const auto cursor = view_->scan(range, storage::Order::ascending);
        while (cursor->valid() && use(cursor->key(), cursor->value())) cursor->next();
        ROOKERY_CHECK(cursor->status());
    }
    return {};
}

VerifyReport verify_log(
    const LogSource& source, const VerifyOptions& options, const crypto::DetailSealer* sealer,
    const EventUse& use
) {
    return Verifier{source, options, sealer, use}.run();
}

}  // namespace rookery::audit

namespace rookery {

VerifyReport verify_log(const std::filesystem::path& data, const VerifyOptions& options) {
    auto effective = options;
    const bool key_from_data = options.verifier_key.empty();
    if (key_from_data) {
        auto key = audit::read_small_file(data / "log.vkey");
        if (!key) {
            VerifyReport report;
            report.problem = "there is no verifier key: none was given and log.vkey cannot be read";
            return report;
        }
        effective.verifier_key = std::move(*key);
    }
    auto store = storage::open_rocksdb(data / "store", storage::OpenMode::read_only);
    if (!store) return audit::without_log(store.error());
    // The log does not depend on them, but no store of a vault is without them.
    if (const auto rules = storage::check_text_rules(*(*store)->view()); !rules) {
        return audit::without_log(rules.error());
    }
    auto report = audit::verify_log(audit::StoreLogSource{(*store)->view()}, effective);
    if (key_from_data) {
        report.not_checked.emplace_back(
            "whether this is the right verifier key: it came from the data directory itself, which "
            "whoever rewrites a log can replace as well; keep the key elsewhere and give it"
        );
    }
    return report;
}

}  // namespace rookery
