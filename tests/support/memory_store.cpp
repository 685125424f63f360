#include "support/memory_store.hpp"

#include "storage/touched_keys.hpp"

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::test {
namespace {

namespace fs = std::filesystem;
using namespace storage;

struct Entry {
    std::string key;
    std::string value;
};

struct Node;

/// A treap that nobody changes: a change makes the nodes on the way to it anew and shares the others, so
/// a snapshot is its root. The order of priorities follows from the keys alone.
using Tree = std::shared_ptr<const Node>;

struct Node {
    std::shared_ptr<const Entry> entry;
    std::size_t priority;
    Tree left;
    Tree right;

    [[nodiscard]] const std::string& key() const { return entry->key; }
};

Tree node(std::shared_ptr<const Entry> entry, std::size_t priority, Tree left, Tree right) {
    return std::make_shared<const Node>(Node{
        std::move(entry), priority, std::move(left), std::move(right)});
}

Tree with_children(const Node& of, Tree left, Tree right) {
    return node(of.entry, of.priority, std::move(left), std::move(right));
}

/// What is below the key, and what is above it. Precondition: the key is not there.
std::pair<Tree, Tree> split(const Tree& tree, std::string_view key) {
    if (tree == nullptr) return {};
    if (tree->key() < key) {
        auto [below, above] = split(tree->right, key);
        return {with_children(*tree, tree->left, std::move(below)), std::move(above)};
    }
    auto [below, above] = split(tree->left, key);
    return {std::move(below), with_children(*tree, std::move(above), tree->right)};
}

/// Precondition: every key of `below` is below every one of `above`.
Tree join(const Tree& below, const Tree& above) {
    if (below == nullptr) return above;
    if (above == nullptr) return below;
    if (below->priority >= above->priority) {
        return with_children(*below, below->left, join(below->right, above));
    }
    return with_children(*above, join(below, above->left), above->right);
}

Tree put(const Tree& tree, const std::shared_ptr<const Entry>& entry, std::size_t priority) {
    // A key that is there has this very priority, so it is never below a node that is split.
    if (tree == nullptr || priority > tree->priority) {
        auto [below, above] = split(tree, entry->key);
        return node(entry, priority, std::move(below), std::move(above));
    }
    if (entry->key == tree->key()) return node(entry, priority, tree->left, tree->right);
    if (entry->key < tree->key()) {
        return with_children(*tree, put(tree->left, entry, priority), tree->right);
    }
    return with_children(*tree, tree->left, put(tree->right, entry, priority));
}

Tree remove(const Tree& tree, std::string_view key) {
    if (tree == nullptr) return tree;
    if (key == tree->key()) return join(tree->left, tree->right);
    if (key < tree->key()) return with_children(*tree, remove(tree->left, key), tree->right);
    return with_children(*tree, tree->left, remove(tree->right, key));
}

const Node* find(const Tree& tree, std::string_view key) {
    const auto* at = tree.get();
    while (at != nullptr && at->key() != key) at = (key < at->key() ? at->left : at->right).get();
    return at;
}

constexpr std::size_t families = 4;

/// By Family.
using Trees = std::array<Tree, families>;

Tree& tree_of(Trees& trees, Family family) { return trees[static_cast<std::size_t>(family)]; }

const Tree& tree_of(const Trees& trees, Family family) {
    return trees[static_cast<std::size_t>(family)];
}

/// What one folder holds.
class Place {
 public:
    [[nodiscard]] Trees trees() const {
        const std::lock_guard lock(mutex_);
        return trees_;
    }

    void keep(Trees trees) {
        const std::lock_guard lock(mutex_);
        trees_.swap(trees);
    }

    std::atomic<bool> open = false;

 private:
    mutable std::mutex mutex_;
    Trees trees_;
};

/// Lives until the store and its last view and cursor are gone.
class Opening {
 public:
    explicit Opening(std::shared_ptr<Place> place) : place_(std::move(place)) {}

    ~Opening() {
        if (place_ != nullptr) place_->open = false;
    }

    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;
    Opening(Opening&&) = delete;
    Opening& operator=(Opening&&) = delete;

 private:
    std::shared_ptr<Place> place_;  // null when opened for reading only
};

class MemoryCursor final : public Cursor {
 public:
    MemoryCursor(
        std::shared_ptr<const Opening> opening, Tree tree, const KeyRange& range, Order order
    )
        : opening_(std::move(opening)),
          tree_(std::move(tree)),
          lower_(range.lower),
          upper_(range.upper),
          ascending_(order == Order::ascending) {
        for (const auto* at = tree_.get(); at != nullptr;) {
            const bool within = ascending_ ? at->key() >= lower_ : is_below_upper(at->key());
            if (within) path_.push_back(at);
            at = (within == ascending_ ? at->left : at->right).get();
        }
    }

    [[nodiscard]] bool valid() const override {
        if (path_.empty()) return false;
        return ascending_ ? is_below_upper(key()) : key() >= lower_;
    }

    void next() override {
        const auto* at = path_.back();
        path_.pop_back();
        at = (ascending_ ? at->right : at->left).get();
        while (at != nullptr) {
            path_.push_back(at);
            at = (ascending_ ? at->left : at->right).get();
        }
    }

    [[nodiscard]] std::string_view key() const override { return path_.back()->entry->key; }

    [[nodiscard]] std::string_view value() const override { return path_.back()->entry->value; }

    [[nodiscard]] Result<void> status() const override { return {}; }

 private:
    [[nodiscard]] bool is_below_upper(std::string_view key) const {
        return upper_.empty() || key < upper_;
    }

    std::shared_ptr<const Opening> opening_;
    Tree tree_;
    std::string lower_;
    std::string upper_;
    bool ascending_;
    std::vector<const Node*>
        path_;  // the one that is shown last, and those that come after their children
};

class MemoryView final : public StoreView {
 public:
    MemoryView(std::shared_ptr<const Opening> opening, Trees trees, std::uint64_t sequence)
        : opening_(std::move(opening)), trees_(std::move(trees)), sequence_(sequence) {}

    using StoreView::get;

    [[nodiscard]] Result<bool> get(
        Family family, std::string_view key, const std::function<void(std::string_view)>& use
    ) const override {
        const auto* found = find(tree_of(trees_, family), key);
        if (found == nullptr) return false;
        use(found->entry->value);
        return true;
    }

    [[nodiscard]] std::unique_ptr<Cursor> scan(const KeyRange& range, Order order) const override {
        return std::make_unique<MemoryCursor>(
            opening_, tree_of(trees_, range.family), range, order
        );
    }

    [[nodiscard]] std::uint64_t sequence() const override { return sequence_; }

 private:
    std::shared_ptr<const Opening> opening_;
    Trees trees_;
    std::uint64_t sequence_;
};

}  // namespace

struct MemoryEngine::Held {
    explicit Held(std::size_t touched) : touched_keys_max(touched) {}

    const std::size_t touched_keys_max;
    std::atomic<bool> failing = false;
    std::mutex mutex;
    std::map<fs::path, std::shared_ptr<Place>> places;
};

namespace {

class MemoryStore final : public Store {
 public:
    MemoryStore(
        std::shared_ptr<MemoryEngine::Held> held, std::shared_ptr<Place> place, OpenMode mode
    )
        : held_(std::move(held)),
          place_(std::move(place)),
          opening_(std::make_shared<Opening>(mode == OpenMode::read_only ? nullptr : place_)),
          touched_(held_->touched_keys_max) {
        if (mode == OpenMode::read_only) {
            failure_ = Error{Errc::unavailable, "the store was opened for reading only", {}, {}};
        }
        publish(place_->trees());
    }

    [[nodiscard]] std::shared_ptr<const StoreView> view() const override {
        const std::lock_guard lock(mutex_);
        return published_;
    }

    [[nodiscard]] Result<void> check_files() const override { return {}; }

    [[nodiscard]] std::unique_ptr<Commit> begin() override {
        return std::make_unique<MemoryCommit>(*this);
    }

 private:
    class MemoryCommit final : public Commit {
     public:
        explicit MemoryCommit(MemoryStore& store)
            : store_(store), trees_(store.newest_), sequence_(store.sequence_ + 1) {}

        ~MemoryCommit() override {
            if (!written_) store_.touched_.undo();
        }

        MemoryCommit(const MemoryCommit&) = delete;
        MemoryCommit& operator=(const MemoryCommit&) = delete;
        MemoryCommit(MemoryCommit&&) = delete;
        MemoryCommit& operator=(MemoryCommit&&) = delete;

        [[nodiscard]] Result<bool> take(const Unit& unit) override {
            if (store_.failure_) return fail(*store_.failure_);
            if (unit.guards != nullptr && !store_.touched_.hold(*unit.guards)) return false;
            if (unit.changes != nullptr) add(*unit.changes);
            return true;
        }

        void put(Family family, std::string_view key, std::string_view value) override {
            auto& tree = tree_of(trees_, family);
            tree = test::put(
                tree,
                std::make_shared<const Entry>(Entry{std::string(key), std::string(value)}),
                std::hash<std::string_view>{}(key)
            );
        }

        void remove(Family family, std::string_view key) override {
            auto& tree = tree_of(trees_, family);
            if (find(tree, key) != nullptr) tree = test::remove(tree, key);
        }

        [[nodiscard]] Result<void> write() override {
            if (store_.failure_) return fail(*store_.failure_);
            if (written_) return fail(Errc::internal, "a commit was written twice");
            if (store_.held_->failing) {
                store_.failure_ = Error{
                    Errc::io, "the store failed: no space left", "free or add disk space", {}};
                return fail(*store_.failure_);
            }
            written_ = true;
            store_.place_->keep(trees_);
            store_.sequence_ = sequence_;
            store_.touched_.keep(sequence_);
            store_.publish(std::move(trees_));
            return {};
        }

     private:
        void add(const Changes& changes) {
            for (const auto& change : changes.puts) {
                store_.touched_.touch(change.family, change.key, sequence_);
                put(change.family, change.key, change.value);
            }
            for (const auto& change : changes.removals) {
                store_.touched_.touch(change.family, change.key, sequence_);
                remove(change.family, change.key);
            }
        }

        MemoryStore& store_;
        Trees trees_;
        std::uint64_t sequence_;
        bool written_ = false;
    };

    void publish(Trees trees) {
        newest_ = std::move(trees);
        std::shared_ptr<const StoreView> next =
            std::make_shared<MemoryView>(opening_, newest_, sequence_);
        views_.emplace_back(sequence_, next);
        {
            const std::lock_guard lock(mutex_);
            published_.swap(next);
        }
        next.reset();
        while (views_.front().second.expired()) views_.pop_front();
        touched_.forget_before(views_.front().first);
    }

    std::shared_ptr<MemoryEngine::Held> held_;
    std::shared_ptr<Place> place_;
    std::shared_ptr<const Opening> opening_;
    mutable std::mutex mutex_;
    std::shared_ptr<const StoreView> published_;

    // The committer's thread only.
    Trees newest_;
    std::uint64_t sequence_ = 0;
    TouchedKeys touched_;
    std::deque<std::pair<std::uint64_t, std::weak_ptr<const StoreView>>> views_;  // oldest first
    std::optional<Error> failure_;
};

Result<std::shared_ptr<Place>> place_of(
    MemoryEngine::Held& held, const fs::path& folder, OpenMode mode
) {
    std::error_code error;
    const bool there = fs::is_directory(folder, error);
    const auto name = fs::weakly_canonical(folder, error);
    const std::lock_guard lock(held.mutex);
    if (!there) held.places.erase(name);  // whoever removed the folder removed the store
    const auto found = held.places.find(name);
    if (found != held.places.end()) return found->second;
    if (mode != OpenMode::create_if_missing) {
        return fail(
            there ? Errc::integrity : Errc::io,
            "there is no store in " + folder.string(),
            "check the path"
        );
    }
    fs::create_directories(folder, error);
    if (!error && !there) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) {
        return fail(
            Errc::io,
            "cannot make " + folder.string() + ": " + error.message(),
            "check the permissions of the directory above"
        );
    }
    return held.places.emplace(name, std::make_shared<Place>()).first->second;
}

}  // namespace

MemoryEngine::MemoryEngine(std::size_t touched_keys_max)
    : held_(std::make_shared<Held>(touched_keys_max)) {}

Result<std::unique_ptr<Store>> MemoryEngine::operator()(const fs::path& folder, OpenMode mode)
    const {
    ROOKERY_TRY(auto place, place_of(*held_, folder, mode));
    if (mode != OpenMode::read_only && place->open.exchange(true)) {
        return fail(
            Errc::in_use, "the data directory is in use", "close the store that has it open"
        );
    }
    return std::make_unique<MemoryStore>(held_, std::move(place), mode);
}

void MemoryEngine::fail_writes(bool failing) const { held_->failing = failing; }

}  // namespace rookery::test
