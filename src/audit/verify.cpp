#include "audit/verify.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "audit/leaf.hpp"
#include "audit/lifecycle_events.hpp"
#include "audit/log_row.hpp"
#include "audit/log_state.hpp"
#include "base/file.hpp"
#include "merkle/hash.hpp"
#include "storage/rocksdb_store.hpp"

namespace rookery::audit {
namespace {

constexpr std::size_t findings_max = 16;
constexpr std::uint64_t progress_every = 1U << 16;
constexpr std::size_t small_file_max = 65536;
constexpr std::string_view missing_state = "the state row is missing";

/// The engine's own checksums failed: a finding like any other, not a reason to give up.
bool is_damage(const Error& error) { return error.code == Errc::integrity; }

/// The whole of a small text file; nothing when it cannot be read.
std::optional<std::string> read_small_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::string text(small_file_max, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || !in.eof()) return std::nullopt;
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

/// One run. The order: state row, checkpoints and the remembered one give the sizes at which a root
/// is claimed; then one walk over the entries grows the tree and compares at each of them.
class Verifier {
 public:
    Verifier(
        const LogSource& source, const VerifyOptions& options, const crypto::DetailSealer* sealer
    )
        : source_(source), options_(options), sealer_(sealer) {}

    VerifyReport run() {
        if (prepare()) {
            check_entries();
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
            return stop(VerifyStatus::usage, "a greatest age needs the present time, and only that");
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
                VerifyStatus::usage, "the state file holds no checkpoint signed by this verifier key"
            );
        }
        remembered_ = *checkpoint;
        claims_.emplace(checkpoint->size, Claim{checkpoint->root, *note, true});
        return true;
    }

    bool read_state() {
        std::size_t rows = 0;
        const auto read = source_.each(state_prefix, [&](std::string_view key, std::string_view value) {
            if (++rows > 1 || key != state_key()) {
                state_problem_ = "there is more than one state row";
                return;
            }
            auto state = parse_log_state(value);
            if (state) {
                state_ = std::move(*state);
            } else if (state.error().code == Errc::newer_format) {
                newer_ = state.error().message;
            } else {
                state_problem_ = "the state row is damaged or its root does not follow from its frontier";
            }
        });
        if (!read && !is_damage(read.error())) {
            return stop(VerifyStatus::unavailable, read.error().message);
        }
        if (!read) state_problem_ = "the state row cannot be read: the store is damaged";
        if (!newer_.empty()) return stop(VerifyStatus::unavailable, newer_);
        if (read && rows == 0) state_problem_ = missing_state;
        return true;
    }

    bool read_checkpoints() {
        std::uint64_t last_size = 0;
        const auto read = source_.each(
            checkpoint_prefix, [&](std::string_view key, std::string_view value) {
                const auto size = number_of(checkpoint_prefix, key);
                last_size = size.value_or(last_size);
                const auto index = size && *size != 0 ? *size - 1 : 0;
                const auto checkpoint = merkle::verify_checkpoint(value, key_);
                if (!checkpoint) {
                    find(index, "the checkpoint is damaged or not signed by this key");
                } else if (checkpoint->size != size || *size == 0) {
                    find(index, "the checkpoint lies in another checkpoint's place");
                } else {
                    claims_.emplace(*size, Claim{checkpoint->root, std::string{value}, false});
                }
            }
        );
        if (!read && !is_damage(read.error())) {
            return stop(VerifyStatus::unavailable, read.error().message);
        }
        if (!read) find(last_size, "a later checkpoint cannot be read: the store is damaged");
        return true;
    }

    void check_entries() {
        const auto read = source_.each(entry_prefix, [&](std::string_view key, std::string_view value) {
            check_entry(key, value);
            ++rows_;
            if (options_.progress && rows_ % progress_every == 0) {
                options_.progress(rows_, state_ ? state_->size() : rows_);
            }
        });
        if (!read && is_damage(read.error())) {
            find(next_, "the entry cannot be read: the store is damaged");
            tree_known_ = false;
        } else if (!read) {
            read_problem_ = read.error().message;
        }
    }

    void check_entry(std::string_view key, std::string_view value) {
        const auto index = number_of(entry_prefix, key);
        if (!index) return find(next_, "a row with a malformed key lies among the entries");
        if (*index != next_) {
            find(next_, "entries " + range(next_, *index) + " are missing");
            tree_known_ = false;
        }
        next_ = *index + 1;
        const auto entry = split_entry(value);
        if (!entry) {
            find(*index, "the entry's row is damaged");
            tree_known_ = false;
            return;
        }
        const auto leaf = check_leaf(*index, *entry);
        check_nodes(*index, *entry);
        if (leaf) check_details(*index, *leaf, *entry);
        check_claim(*index + 1);
    }

    std::optional<Leaf> check_leaf(std::uint64_t index, const EntryView& entry) {
        auto leaf = parse_leaf(entry.leaf);
        if (!leaf) {
            find(index, "the leaf is malformed");
            return std::nullopt;
        }
        if (leaf->index != index) {
            find(index, "the leaf is that of entry " + std::to_string(leaf->index));
            return std::nullopt;
        }
        if (leaf->time < last_time_) find(index, "the log's time goes backwards");
        last_time_ = std::max(last_time_, leaf->time);
        return std::move(*leaf);
    }

    void check_nodes(std::uint64_t index, const EntryView& entry) {
        const auto leaf_hash = merkle::hash_leaf(entry.leaf);
        if (leaf_hash != entry.node(0)) find(index, "the leaf does not have its stored hash");
        if (entry.node_count() != merkle::completed_nodes(index)) {
            find(index, "the entry has the wrong number of tree nodes");
        }
        if (!tree_known_) return;
        const auto completed = frontier_.append(leaf_hash);
        const auto levels = std::min(completed.size(), entry.node_count());
        for (std::size_t level = 1; level < levels; ++level) {
            if (completed[level] != entry.node(level)) {
                find(index, "a stored tree node does not follow from its children");
                break;
            }
        }
    }

    void check_details(std::uint64_t index, const Leaf& leaf, const EntryView& entry) {
        const auto core = open(index, Section::core, entry.core_row, leaf.core_commit);
        const auto priv = open(index, Section::priv, entry.priv_row, leaf.priv_commit);
        if (priv && !decode_priv(priv->bytes)) find(index, "the priv section is malformed");
        if (!core) return;
        const auto event = decode_core(core->bytes);
        if (!event) return find(index, "the core section is malformed");
        if (!belongs_to(*core, *event) || (priv && !belongs_to(*priv, *event))) {
            find(index, "a section belongs to another event");
        }
        if ((event->action == Action::genesis) != (index == 0)) {
            find(index, "the log's genesis is not its first entry");
        }
        if (index == 0) check_genesis(*event);
    }

    /// Nothing when the section is sealed and there is no key, or when it is bad.
    std::optional<OpenedSection> open(
        std::uint64_t index, Section section, ByteView row, const Digest& commit
    ) {
        const auto parsed = parse_detail_row(row);
        if (!parsed) {
            find(index, "a detail row is damaged");
            return std::nullopt;
        }
        const bool sealed = parsed->encoding == DetailRow::Encoding::sealed;
        if (sealed && sealer_ == nullptr) {
            ++sealed_unopened_;
            return std::nullopt;
        }
        auto opened = open_section(section, row, commit, sealer_);
        if (!opened) {
            find(index, "a section does not agree with the leaf's commitment");
            return std::nullopt;
        }
        ++(sealed ? report_.sealed_details : report_.clear_details);
        return std::move(*opened);
    }

    void check_genesis(const Event& event) {
        const auto genesis = parse_genesis(event);
        if (!genesis || genesis->origin != key_.name) {
            return find(0, "the genesis entry is not that of this log");
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
        const auto [begin, end] = claims_.equal_range(size);
        if (begin == end || !tree_known_) return;
        const auto root = frontier_.root();
        for (auto claim = begin; claim != end; ++claim) {
            const auto& [claimed, note, remembered] = claim->second;
            if (claimed == root) {
                if (!remembered) {
                    ++report_.checkpoints;
                    report_.signed_size = size;
                    report_.newest_checkpoint = note;
                    signed_time_ = last_time_;
                }
                continue;
            }
            report_.evidence.push_back(note);
            find(
                size - 1, remembered ? "split view: an earlier checkpoint over " + range(0, size) +
                                           " has another root"
                                     : "entries " + range(report_.signed_size, size) +
                                           " are not the ones that were signed"
            );
        }
    }

    void check_end() {
        report_.size = next_;
        if (!state_problem_.empty() && (rows_ != 0 || state_problem_ != missing_state)) {
            find(next_ == 0 ? 0 : next_ - 1, state_problem_);
        }
        if (state_) check_against_state();
        for (auto claim = claims_.upper_bound(next_); claim != claims_.end(); ++claim) {
            report_.evidence.push_back(claim->second.note);
            find(
                next_, claim->second.remembered
                           ? "rollback: " + std::to_string(claim->first) + " entries were seen before"
                           : "entries " + range(next_, claim->first) + " were signed and are missing"
            );
        }
    }

    void check_against_state() {
        const auto size = state_->size();
        if (next_ < size) {
            find(next_, "entries " + range(next_, size) + " are missing");
        } else if (next_ > size) {
            find(size, "entries " + range(size, next_) + " lie beyond the log's size");
        } else if (tree_known_ && !(state_->frontier == frontier_)) {
            find(next_ == 0 ? 0 : next_ - 1, "the state row has another frontier than the entries");
        } else if (state_->last_time != last_time_) {
            find(next_ == 0 ? 0 : next_ - 1, "the state row has another time than the last entry");
        }
        if (state_->min_core_index != 0 || state_->min_priv_index != 0) {
            find(
                next_ == 0 ? 0 : next_ - 1,
                "the state row claims expired details, which this format does not have"
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
        report_.not_checked.emplace_back("witness signatures: checkpoints are checked with one key");
        report_.not_checked.emplace_back("the boot id in the state row");
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
        if (options_.state_file.empty() || (remembered_ && remembered_->size >= report_.signed_size)) {
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

    void find(std::uint64_t index, std::string what) {
        report_.first_bad_index = std::min(report_.first_bad_index.value_or(index), index);
        auto& findings = report_.findings;
        findings.push_back({index, std::move(what)});
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
    VerifyReport report_;

    merkle::VerifierKey key_;
    std::optional<merkle::Checkpoint> remembered_;
    std::optional<LogState> state_;
    std::string state_problem_;
    std::string newer_;
    std::string read_problem_;
    std::multimap<std::uint64_t, Claim> claims_;  // by size

    merkle::Frontier frontier_;
    std::uint64_t next_ = 0;   // index after the last entry seen
    std::uint64_t rows_ = 0;
    bool tree_known_ = true;   // no entry was missing so far
    bool genesis_read_ = false;
    Instant last_time_{};
    Instant signed_time_{};
    std::uint64_t sealed_unopened_ = 0;
};

}  // namespace

Result<void> StoreLogSource::each(char prefix, const RowUse& use) const {
    const auto cursor = view_->scan(
        {storage::Family::log, std::string(1, prefix), std::string(1, static_cast<char>(prefix + 1))},
        storage::Order::ascending
    );
    for (; cursor->valid(); cursor->next()) use(cursor->key(), cursor->value());
    return cursor->status();
}

VerifyReport verify_log(
    const LogSource& source, const VerifyOptions& options, const crypto::DetailSealer* sealer
) {
    return Verifier{source, options, sealer}.run();
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
    if (!store) {
        VerifyReport report;
        if (audit::is_damage(store.error())) report.status = VerifyStatus::tampering;
        report.problem = store.error().message;
        if (!store.error().hint.empty()) report.problem += ": " + store.error().hint;
        return report;
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
