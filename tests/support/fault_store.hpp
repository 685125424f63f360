// A store that fails where a test wants: wraps another one and lets write k go wrong. What every
// layer above must show for every k: nothing is released, and rows and log agree after a new start.
#pragma once

#include "storage/store.hpp"

#include <memory>
#include <utility>

namespace rookery::test {

enum class Fault : std::uint8_t {
    before,  // nothing reached the disk
    after,   // all of it did, but the caller is told otherwise: a sync whose answer was lost
    check,   // it did not come to a write: the store could not say which units hold
};

class FaultStore final : public storage::Store {
 public:
    /// `inner` outlives it.
    explicit FaultStore(storage::Store& inner) : inner_(inner) {}

    /// The write after `successes` further ones fails, and every one after that.
    void fail_after(std::size_t successes, Fault fault = Fault::before) {
        left_ = successes;
        fault_ = fault;
        armed_ = true;
    }

    [[nodiscard]] std::size_t writes() const { return writes_; }

    [[nodiscard]] std::shared_ptr<const storage::StoreView> view() const override {
        return broken_ ? last_ : inner_.view();
    }

    [[nodiscard]] Result<void> check_files() const override { return inner_.check_files(); }

    [[nodiscard]] std::unique_ptr<storage::Commit> begin() override {
        return std::make_unique<FaultCommit>(*this, inner_.begin());
    }

 private:
    class FaultCommit final : public storage::Commit {
     public:
        FaultCommit(FaultStore& store, std::unique_ptr<storage::Commit> inner)
            : store_(store), inner_(std::move(inner)) {}

        [[nodiscard]] Result<bool> take(const storage::Unit& unit) override {
            if (store_.fault_ == Fault::check && store_.armed_ && store_.left_ == 0) store_.end();
            if (store_.broken_) return broken();
            return inner_->take(unit);
        }

        void put(storage::Family family, std::string_view key, std::string_view value) override {
            inner_->put(family, key, value);
        }

        void remove(storage::Family family, std::string_view key) override {
            inner_->remove(family, key);
        }

        [[nodiscard]] Result<void> write() override {
            ++store_.writes_;
            if (store_.broken_) return broken();
            if (!store_.armed_ || store_.left_ > 0) {
                if (store_.armed_) --store_.left_;
                return inner_->write();
            }
            store_.end();
            if (store_.fault_ == Fault::after) ROOKERY_CHECK(inner_->write());
            return broken();
        }

     private:
        FaultStore& store_;
        std::unique_ptr<storage::Commit> inner_;
    };

    /// A store whose write failed shows the state before it, as the real one does.
    void end() {
        if (!broken_) last_ = inner_.view();
        broken_ = true;
    }

    [[nodiscard]] static tl::unexpected<Error> broken() {
        return fail(
            Errc::io,
            "the store failed: While appending to file: /vault/store/000012.log: as the test asked",
            "start again"
        );
    }

    storage::Store& inner_;
    std::shared_ptr<const storage::StoreView> last_;
    std::size_t writes_ = 0;
    std::size_t left_ = 0;
    Fault fault_ = Fault::before;
    bool armed_ = false;
    bool broken_ = false;
};

}  // namespace rookery::test
